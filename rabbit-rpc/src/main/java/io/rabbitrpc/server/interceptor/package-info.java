/**
 * Interceptors that an application puts around its listeners. {@link InterceptedListener}
 * is internal.
 */
@NullMarked
package io.rabbitrpc.server.interceptor;

import org.jspecify.annotations.NullMarked;
