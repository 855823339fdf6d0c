/**
 * The state of the queues to which calls go, and what it means for the calls. This
 * package is internal: applications have no use for it.
 */
@NullMarked
package io.rabbitrpc.client.queue;

import org.jspecify.annotations.NullMarked;
