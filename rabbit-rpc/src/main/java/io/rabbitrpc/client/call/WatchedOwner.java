package io.rabbitrpc.client.call;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

import io.rabbitrpc.client.channel.RequestAddress;
import io.rabbitrpc.client.channel.RpcCall;

/**
 * The owner of a call that somebody watches on the wire.
 *
 * @param owner the owner of all calls
 * @param attempt told what goes over the wire
 */
record WatchedOwner(RpcCall.Owner owner, CallObserver.Attempt attempt) implements RpcCall.Owner {

	@Override
	public @Nullable String hold(Message reply) {
		return this.owner.hold(reply);
	}

	@Override
	public void headersDropped(RpcCall call, int count) {
		this.owner.headersDropped(call, count);
	}

	@Override
	public void writing(RequestAddress address, BasicProperties properties, byte[] body) {
		this.attempt.writing(address, properties, body);
	}

	@Override
	public void accepted() {
		this.attempt.accepted();
	}

	@Override
	public void arrived(BasicProperties properties, byte[] body) {
		this.attempt.arrived(properties, body);
	}

	@Override
	public void nacked(RpcCall call) {
		this.owner.nacked(call);
	}

	@Override
	public void ended(RpcCall call) {
		this.owner.ended(call);
	}

}
