package io.rabbitrpc.client.proxy;

import org.springframework.beans.factory.FactoryBean;

/**
 * The bean of an interface that {@link ImportRpcServices} names. Internal; it is public
 * for code that is generated ahead of time.
 *
 * @param <S> the interface
 */
public final class RpcServiceFactoryBean<S> implements FactoryBean<S> {

	private final Class<S> type;

	private final S client;

	/**
	 * Implements the interface.
	 * @param type the interface
	 * @param factory does it
	 * @throws IllegalArgumentException if a method cannot be a call
	 */
	public RpcServiceFactoryBean(Class<S> type, RpcServiceProxyFactory factory) {
		this.type = type;
		this.client = factory.createClient(type);
	}

	@Override
	public S getObject() {
		return this.client;
	}

	@Override
	public Class<?> getObjectType() {
		return this.type;
	}

}
