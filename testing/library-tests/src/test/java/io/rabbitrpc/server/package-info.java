/**
 * Tests of what stands before listeners.
 */
@NullMarked
package io.rabbitrpc.server;

import org.jspecify.annotations.NullMarked;
