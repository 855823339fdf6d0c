/**
 * Tests of what both programs say.
 */
@NullMarked
package io.fibrpc.launch;

import org.jspecify.annotations.NullMarked;
