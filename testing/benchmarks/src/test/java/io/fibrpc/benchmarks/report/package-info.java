/**
 * Tests of the report.
 */
@NullMarked
package io.fibrpc.benchmarks.report;

import org.jspecify.annotations.NullMarked;
