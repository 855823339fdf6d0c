/**
 * How cost grows: measured where this machine is enough, simulated beyond that.
 */
@NullMarked
package io.fibrpc.benchmarks.scaling;

import org.jspecify.annotations.NullMarked;
