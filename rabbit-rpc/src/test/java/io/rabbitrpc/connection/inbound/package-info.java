/**
 * Tests of what is taken out of what a connection reads.
 */
@NullMarked
package io.rabbitrpc.connection.inbound;

import org.jspecify.annotations.NullMarked;
