/**
 * How a request becomes a call, on which threads, and how the call ends. This package is
 * internal: applications have no use for it.
 */
@NullMarked
package io.rabbitrpc.client.call;

import org.jspecify.annotations.NullMarked;
