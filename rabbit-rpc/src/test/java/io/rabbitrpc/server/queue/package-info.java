/**
 * Tests of what the server asks of its queues.
 */
@NullMarked
package io.rabbitrpc.server.queue;

import org.jspecify.annotations.NullMarked;
