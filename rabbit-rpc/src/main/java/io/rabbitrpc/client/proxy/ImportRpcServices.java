package io.rabbitrpc.client.proxy;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Import;

import io.rabbitrpc.RpcExchange;

/**
 * Defines beans that implement interfaces with {@link RpcExchange}: each method makes a
 * call. Put it on a configuration class. If a method cannot be a call, the start fails
 * with a sentence. {@link RpcServiceProxyFactory} describes the possible methods.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Import(RpcServiceRegistrar.class)
public @interface ImportRpcServices {

	/**
	 * The interfaces.
	 * @return their classes
	 */
	Class<?>[] types() default {};

	/**
	 * The packages in which to look for such interfaces, including their subpackages.
	 * @return names of packages. If there are neither packages nor types, the package of
	 * the annotated class
	 */
	String[] basePackages() default {};

}
