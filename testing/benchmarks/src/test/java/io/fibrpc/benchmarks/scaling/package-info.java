/**
 * Tests of the simulation.
 */
@NullMarked
package io.fibrpc.benchmarks.scaling;

import org.jspecify.annotations.NullMarked;
