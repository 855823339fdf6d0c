/**
 * Tests of the results.
 */
@NullMarked
package io.rabbitrpc.bench.result;

import org.jspecify.annotations.NullMarked;
