/**
 * Tests of the wire protocol.
 */
@NullMarked
package io.fibrpc.protocol;

import org.jspecify.annotations.NullMarked;
