/**
 * The part of the wire protocol that only the pair uses: names, and how a number is
 * written and read. {@code docs/protocol.md} specifies it.
 */
@NullMarked
package io.fibrpc.protocol;

import org.jspecify.annotations.NullMarked;
