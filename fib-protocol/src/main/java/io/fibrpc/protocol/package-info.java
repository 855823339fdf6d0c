/**
 * The wire protocol: names, headers and statuses, and how a number and a failure are
 * written and read. It is specified in {@code docs/protocol.md}.
 */
@NullMarked
package io.fibrpc.protocol;

import org.jspecify.annotations.NullMarked;
