/**
 * The server: guard, listener, pure function, and the replies.
 */
@NullMarked
package io.fibrpc.server;

import org.jspecify.annotations.NullMarked;
