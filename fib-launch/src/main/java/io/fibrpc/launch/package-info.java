/**
 * What both programs say when they cannot start: one sentence on the error output, and an
 * exit code.
 */
@NullMarked
package io.fibrpc.launch;

import org.jspecify.annotations.NullMarked;
