/**
 * The results as a table, as JSON and as a page.
 */
@NullMarked
package io.rabbitrpc.bench.result;

import org.jspecify.annotations.NullMarked;
