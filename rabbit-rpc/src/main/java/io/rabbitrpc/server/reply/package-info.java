/**
 * How replies leave, and how each is kept until the broker has it.
 */
@NullMarked
package io.rabbitrpc.server.reply;

import org.jspecify.annotations.NullMarked;
