/**
 * Makes a call for each HTTP request.
 */
@NullMarked
package io.fibrpc.client.http;

import org.jspecify.annotations.NullMarked;
