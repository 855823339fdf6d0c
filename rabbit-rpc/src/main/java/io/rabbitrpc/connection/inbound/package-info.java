/**
 * Removes incoming parts of messages that would close the connection. Internal:
 * applications do not need it.
 */
@NullMarked
package io.rabbitrpc.connection.inbound;

import org.jspecify.annotations.NullMarked;
