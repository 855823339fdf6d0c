package io.rabbitrpc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says with which status a call ends if the listener throws this exception. The caller
 * reads the exception's message, so the message must not contain secrets.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface RpcFailure {

	/**
	 * The status of the call.
	 * @return any status but {@link RpcStatus#OK}
	 */
	RpcStatus value();

	/**
	 * The application's own code for the failure.
	 * @return as in {@link RpcException#code()}, empty if there is none
	 */
	String code() default "";

}
