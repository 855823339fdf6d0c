package io.rabbitrpc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what an exception of the application means to the caller of the listener that
 * throws it. The exception's message is the sentence that the caller reads, so it must
 * not tell what is nobody's business.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface RpcFailure {

	/**
	 * How the call ends.
	 * @return any status but {@link RpcStatus#OK}
	 */
	RpcStatus value();

	/**
	 * The application's own code for the failure.
	 * @return as in {@link RpcException#code()}, empty if there is none
	 */
	String code() default "";

}
