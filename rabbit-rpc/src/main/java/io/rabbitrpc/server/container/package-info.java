/**
 * The containers of the factory {@code rpc}, and the queues that they serve. This package
 * is internal: applications have no use for it.
 */
@NullMarked
package io.rabbitrpc.server.container;

import org.jspecify.annotations.NullMarked;
