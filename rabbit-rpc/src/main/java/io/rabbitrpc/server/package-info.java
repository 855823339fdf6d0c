/**
 * The server's side of a call, whatever the queue and the work: how replies leave.
 */
@NullMarked
package io.rabbitrpc.server;

import org.jspecify.annotations.NullMarked;
