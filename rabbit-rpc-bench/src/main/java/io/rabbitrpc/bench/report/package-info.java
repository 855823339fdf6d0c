/**
 * How numbers of rounds are summed up and written, for the load tester and for
 * {@code scripts/bench}.
 */
@NullMarked
package io.rabbitrpc.bench.report;

import org.jspecify.annotations.NullMarked;
