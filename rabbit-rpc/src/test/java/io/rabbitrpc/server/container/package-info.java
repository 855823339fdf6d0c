/**
 * Tests of containers and what they serve.
 */
@NullMarked
package io.rabbitrpc.server.container;

import org.jspecify.annotations.NullMarked;
