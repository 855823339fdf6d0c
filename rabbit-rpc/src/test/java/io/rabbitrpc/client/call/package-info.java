/**
 * Tests of calls, from the request to the outcome.
 */
@NullMarked
package io.rabbitrpc.client.call;

import org.jspecify.annotations.NullMarked;
