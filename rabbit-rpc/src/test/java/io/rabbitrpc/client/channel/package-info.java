/**
 * Tests for channels of a client, without a network.
 */
@NullMarked
package io.rabbitrpc.client.channel;

import org.jspecify.annotations.NullMarked;
