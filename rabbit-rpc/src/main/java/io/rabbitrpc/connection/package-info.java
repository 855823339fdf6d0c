/**
 * Sockets to the broker on which no thread ever waits to write.
 */
@NullMarked
package io.rabbitrpc.connection;

import org.jspecify.annotations.NullMarked;
