/**
 * The clients that are measured: the library's, and two that are written by hand.
 */
@NullMarked
package io.rabbitrpc.bench.call;

import org.jspecify.annotations.NullMarked;
