/**
 * How a call is made of a request, on which threads, and how it ends. Internal:
 * applications have no use for it.
 */
@NullMarked
package io.rabbitrpc.client.call;

import org.jspecify.annotations.NullMarked;
