/**
 * Tests of what a server takes of a request.
 */
@NullMarked
package io.rabbitrpc.server.request;

import org.jspecify.annotations.NullMarked;
