/**
 * Internal: what the broker says of the queues that calls go to, and what it means for
 * the calls.
 */
@NullMarked
package io.rabbitrpc.client.queue;

import org.jspecify.annotations.NullMarked;
