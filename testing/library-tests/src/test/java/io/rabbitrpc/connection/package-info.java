/**
 * Tests of the sockets to the broker.
 */
@NullMarked
package io.rabbitrpc.connection;

import org.jspecify.annotations.NullMarked;
