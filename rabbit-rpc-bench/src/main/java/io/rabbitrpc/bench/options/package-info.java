/**
 * The options of the command line.
 */
@NullMarked
package io.rabbitrpc.bench.options;

import org.jspecify.annotations.NullMarked;
