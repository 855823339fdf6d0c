/**
 * What the broker sends: removes parts of messages that would close the connection, and
 * remembers why a connection was refused. Internal: applications do not need it.
 */
@NullMarked
package io.rabbitrpc.connection.inbound;

import org.jspecify.annotations.NullMarked;
