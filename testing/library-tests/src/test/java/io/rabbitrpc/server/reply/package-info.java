/**
 * Tests of how replies leave.
 */
@NullMarked
package io.rabbitrpc.server.reply;

import org.jspecify.annotations.NullMarked;
