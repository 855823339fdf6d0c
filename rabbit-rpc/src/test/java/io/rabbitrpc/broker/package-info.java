/**
 * Tests of what both sides know of the broker itself.
 */
@NullMarked
package io.rabbitrpc.broker;

import org.jspecify.annotations.NullMarked;
