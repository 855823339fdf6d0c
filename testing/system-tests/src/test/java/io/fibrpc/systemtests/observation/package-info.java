/**
 * Tests of what operators see: traces, logs and meters.
 */
@NullMarked
package io.fibrpc.systemtests.observation;

import org.jspecify.annotations.NullMarked;
