package io.rabbitrpc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;

/**
 * Says where the calls go that a method of an interface makes. On the interface it counts
 * for each method that does not say otherwise itself. Both sides may share the interface:
 * a client gets an implementation that makes the calls; the server implements it on the
 * class of its listeners, and the start checks that the queues are the same.
 * <p>
 * Names may have placeholders: <code>${shop.quotes}</code>.
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
	 * The queue that requests go to.
	 * @return its name, or empty if there is an exchange
	 */
	@AliasFor("value")
	String queue() default "";

	/**
	 * The exchange that requests go to, in place of a queue.
	 * @return its name
	 */
	String exchange() default "";

	/**
	 * The routing key of requests to an exchange.
	 * @return the key; of an exchange that needs none it may be empty
	 */
	String routingKey() default "";

	/**
	 * Whether the calls do no harm if they run more than once. Then they may be made
	 * again, as often as {@code rabbit.rpc.client.retry.max-attempts} says, though they
	 * may have run. A method with an annotation of its own says this there, whatever its
	 * interface says.
	 * @return {@code true} if so
	 */
	boolean idempotent() default false;

	/**
	 * The priority of requests, if their queue has priorities.
	 * @return from 1 to 255, or 0 if none is sent
	 */
	int priority() default 0;

}
