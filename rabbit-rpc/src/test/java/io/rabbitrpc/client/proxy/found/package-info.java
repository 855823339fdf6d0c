/**
 * An interface that is found by its package.
 */
@NullMarked
package io.rabbitrpc.client.proxy.found;

import org.jspecify.annotations.NullMarked;
