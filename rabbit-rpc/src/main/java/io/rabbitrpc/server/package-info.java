/**
 * The server's side of a call: the container factory {@code rpc}, and what stands between
 * its containers and the listeners of an application.
 */
@NullMarked
package io.rabbitrpc.server;

import org.jspecify.annotations.NullMarked;
