/**
 * Tests of the calls that HTTP requests make.
 */
@NullMarked
package io.fibrpc.client.http;

import org.jspecify.annotations.NullMarked;
