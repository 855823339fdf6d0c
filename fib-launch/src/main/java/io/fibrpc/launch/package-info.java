/**
 * What both programs have in common: one sentence and an exit code where they cannot
 * start, and what becomes of their spans.
 */
@NullMarked
package io.fibrpc.launch;

import org.jspecify.annotations.NullMarked;
