/**
 * What the wire protocol says of the pair alone: names, and how a number is written and
 * read. It is specified in {@code docs/protocol.md}.
 */
@NullMarked
package io.fibrpc.protocol;

import org.jspecify.annotations.NullMarked;
