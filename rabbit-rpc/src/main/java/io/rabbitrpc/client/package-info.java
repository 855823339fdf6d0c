/**
 * Request/reply over RabbitMQ in which no call ends without a named outcome. It knows
 * nothing of the values that are called for: take it as it is for any request and reply.
 */
@NullMarked
package io.rabbitrpc.client;

import org.jspecify.annotations.NullMarked;
