/**
 * Tests of what is asked for.
 */
@NullMarked
package io.rabbitrpc.bench.request;

import org.jspecify.annotations.NullMarked;
