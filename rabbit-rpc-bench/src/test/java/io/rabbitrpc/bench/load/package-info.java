/**
 * Tests of the loads and the measurement.
 */
@NullMarked
package io.rabbitrpc.bench.load;

import org.jspecify.annotations.NullMarked;
