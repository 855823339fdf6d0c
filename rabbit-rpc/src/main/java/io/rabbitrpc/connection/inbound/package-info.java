/**
 * Takes out of what a connection reads the parts that would close it. Internal:
 * applications have no use for it.
 */
@NullMarked
package io.rabbitrpc.connection.inbound;

import org.jspecify.annotations.NullMarked;
