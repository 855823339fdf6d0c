/**
 * Tests of interfaces whose methods are calls.
 */
@NullMarked
package io.rabbitrpc.client.proxy;

import org.jspecify.annotations.NullMarked;
