/**
 * What the command line asks for.
 */
@NullMarked
package io.rabbitrpc.bench.options;

import org.jspecify.annotations.NullMarked;
