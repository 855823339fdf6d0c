/**
 * The channel on which requests leave and replies arrive, the calls that wait on it, and
 * the classes that keep it open. This package is internal: applications have no use for
 * it.
 */
@NullMarked
package io.rabbitrpc.client.channel;

import org.jspecify.annotations.NullMarked;
