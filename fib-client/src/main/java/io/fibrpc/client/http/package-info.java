/**
 * Answers HTTP requests with calls.
 */
@NullMarked
package io.fibrpc.client.http;

import org.jspecify.annotations.NullMarked;
