/**
 * Tests of request/reply.
 */
@NullMarked
package io.fibrpc.client.rpc;

import org.jspecify.annotations.NullMarked;
