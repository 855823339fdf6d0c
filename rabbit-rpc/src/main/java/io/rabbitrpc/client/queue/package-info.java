/**
 * What the broker says of the queues that calls go to, and what that means for the calls.
 * Internal: applications have no use for it.
 */
@NullMarked
package io.rabbitrpc.client.queue;

import org.jspecify.annotations.NullMarked;
