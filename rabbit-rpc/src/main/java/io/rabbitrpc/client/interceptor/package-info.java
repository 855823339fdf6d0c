/**
 * Interceptors that an application puts around its calls. {@link InterceptedCalls} is
 * internal.
 */
@NullMarked
package io.rabbitrpc.client.interceptor;

import org.jspecify.annotations.NullMarked;
