/**
 * The server: the listener, the pure function, how numbers are read, and the queue.
 */
@NullMarked
package io.fibrpc.server;

import org.jspecify.annotations.NullMarked;
