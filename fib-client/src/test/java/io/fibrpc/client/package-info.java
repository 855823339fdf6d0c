/**
 * Tests of the client.
 */
@NullMarked
package io.fibrpc.client;

import org.jspecify.annotations.NullMarked;
