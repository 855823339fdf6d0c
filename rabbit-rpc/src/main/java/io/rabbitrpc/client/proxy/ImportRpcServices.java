package io.rabbitrpc.client.proxy;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Import;

import io.rabbitrpc.RpcExchange;

/**
 * Makes beans of interfaces whose methods carry {@link RpcExchange}: each method makes a
 * call. On a configuration class. The start fails with a sentence if a method cannot be a
 * call; {@link RpcServiceProxyFactory} says what methods may look like.
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
	 * Where to look for such interfaces, with all packages below.
	 * @return names of packages. If there are neither any nor types, that of the
	 * annotated class
	 */
	String[] basePackages() default {};

}
