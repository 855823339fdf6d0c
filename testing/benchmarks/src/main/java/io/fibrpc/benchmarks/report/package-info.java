/**
 * Makes a table, a chart and a page of what scripts/bench has measured.
 */
@NullMarked
package io.fibrpc.benchmarks.report;

import org.jspecify.annotations.NullMarked;
