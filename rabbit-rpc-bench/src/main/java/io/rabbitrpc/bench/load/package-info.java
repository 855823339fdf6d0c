/**
 * Puts a client under load, and measures its calls.
 */
@NullMarked
package io.rabbitrpc.bench.load;

import org.jspecify.annotations.NullMarked;
