/**
 * What the pair is compared with: a server written by hand, and how results are reported.
 */
@NullMarked
package io.fibrpc.benchmarks;

import org.jspecify.annotations.NullMarked;
