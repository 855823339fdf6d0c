/**
 * The server's side of a call: the container factory {@code rpc}, and the classes between
 * its containers and the application's listeners.
 */
@NullMarked
package io.rabbitrpc.server;

import org.jspecify.annotations.NullMarked;
