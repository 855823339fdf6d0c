/**
 * Tests of what a client knows of queues.
 */
@NullMarked
package io.rabbitrpc.client.queue;

import org.jspecify.annotations.NullMarked;
