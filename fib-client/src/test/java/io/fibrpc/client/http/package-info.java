/**
 * Tests of calls by HTTP.
 */
@NullMarked
package io.fibrpc.client.http;

import org.jspecify.annotations.NullMarked;
