/**
 * Tests of the options.
 */
@NullMarked
package io.rabbitrpc.bench.options;

import org.jspecify.annotations.NullMarked;
