/**
 * Sends replies, and keeps each one until the broker has it.
 */
@NullMarked
package io.rabbitrpc.server.reply;

import org.jspecify.annotations.NullMarked;
