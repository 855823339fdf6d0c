/**
 * What both programs have in common: the sentence and the exit code when they cannot
 * start, and tracing.
 */
@NullMarked
package io.fibrpc.launch;

import org.jspecify.annotations.NullMarked;
