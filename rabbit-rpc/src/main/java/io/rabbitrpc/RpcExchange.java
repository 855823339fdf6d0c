package io.rabbitrpc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;

/**
 * Makes the method of an interface a call, and says where the call goes. On the interface
 * it counts for all methods. An annotation on a method overrides it. Client and server
 * may share the interface. In the client, {@code ImportRpcServices} makes a bean that
 * implements it by calls. In the server, the class of the listeners implements it. The
 * server's start fails if a listener's queue is not the one that the calls go to.
 * <p>
 * Names may contain placeholders: <code>${shop.quotes}</code>.
 */
@Documented
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
public @interface RpcExchange {

	/**
	 * The queue.
	 * @return the same as {@link #queue}
	 */
	@AliasFor("queue")
	String value() default "";

	/**
	 * The queue to which the requests go.
	 * @return its name, or empty if there is an exchange
	 */
	@AliasFor("value")
	String queue() default "";

	/**
	 * The exchange to which the requests go, if they do not go to a queue.
	 * @return its name
	 */
	String exchange() default "";

	/**
	 * The routing key of requests to an exchange.
	 * @return the key. It may be empty if the exchange needs none
	 */
	String routingKey() default "";

	/**
	 * Whether the calls do no harm if they run more than once. Then the library may make
	 * a call again even if it may have run, as often as
	 * {@code rabbit.rpc.client.retry.max-attempts} says. If a method has its own
	 * annotation, only that one counts here.
	 * @return {@code true} if so
	 */
	boolean idempotent() default false;

	/**
	 * The priority of requests, if their queue has priorities.
	 * @return from 1 to 255, or 0 to send none
	 */
	int priority() default 0;

}
