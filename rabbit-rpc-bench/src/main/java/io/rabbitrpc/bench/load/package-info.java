/**
 * Puts a client under load, and measures what its calls come to.
 */
@NullMarked
package io.rabbitrpc.bench.load;

import org.jspecify.annotations.NullMarked;
