/**
 * Tests of how replies leave.
 */
@NullMarked
package io.rabbitrpc.server;

import org.jspecify.annotations.NullMarked;
