/**
 * Tests of the server.
 */
@NullMarked
package io.fibrpc.server;

import org.jspecify.annotations.NullMarked;
