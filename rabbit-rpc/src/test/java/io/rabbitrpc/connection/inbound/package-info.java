/**
 * Tests of the filter for incoming messages.
 */
@NullMarked
package io.rabbitrpc.connection.inbound;

import org.jspecify.annotations.NullMarked;
