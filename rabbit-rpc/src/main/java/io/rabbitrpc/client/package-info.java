/**
 * The client's side: calls, each of which ends in a value or with a status.
 */
@NullMarked
package io.rabbitrpc.client;

import org.jspecify.annotations.NullMarked;
