/**
 * Internal: the channel on which requests leave and replies arrive, the calls that
 * wait on it, and what keeps one open.
 */
@NullMarked
package io.rabbitrpc.client.channel;

import org.jspecify.annotations.NullMarked;
