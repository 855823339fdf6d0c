/**
 * The client's side: calls of which each ends in a value or in a named outcome.
 */
@NullMarked
package io.rabbitrpc.client;

import org.jspecify.annotations.NullMarked;
