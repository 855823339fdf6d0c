/**
 * Tests of how numbers are written.
 */
@NullMarked
package io.rabbitrpc.bench.report;

import org.jspecify.annotations.NullMarked;
