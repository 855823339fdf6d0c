/**
 * What was measured, as a table, for a program and for a browser.
 */
@NullMarked
package io.rabbitrpc.bench.result;

import org.jspecify.annotations.NullMarked;
