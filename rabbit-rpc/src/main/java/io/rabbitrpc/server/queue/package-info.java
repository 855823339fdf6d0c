/**
 * How a server declares queues, asks about them, and keeps dead letters.
 */
@NullMarked
package io.rabbitrpc.server.queue;

import org.jspecify.annotations.NullMarked;
