/**
 * Tests of the clients that are measured.
 */
@NullMarked
package io.rabbitrpc.bench.call;

import org.jspecify.annotations.NullMarked;
