/**
 * Tests of request/reply.
 */
@NullMarked
package io.rabbitrpc.client;

import org.jspecify.annotations.NullMarked;
