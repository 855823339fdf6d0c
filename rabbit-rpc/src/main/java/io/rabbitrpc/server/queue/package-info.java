/**
 * What a server tells the broker of queues, and what it asks.
 */
@NullMarked
package io.rabbitrpc.server.queue;

import org.jspecify.annotations.NullMarked;
