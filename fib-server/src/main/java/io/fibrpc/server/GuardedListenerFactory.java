package io.fibrpc.server;

import io.rabbitrpc.server.Replies;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Puts before a listener what every request passes first.
 */
@Component
final class GuardedListenerFactory {

	private final RequestGuard guard;

	private final DeadLetters deadLetters;

	private final Replies replies;

	private final RequestsInWork inWork;

	private final ServerMetrics metrics;

	private final ObjectProvider<ListenerDecorator> decorators;

	GuardedListenerFactory(RequestGuard guard, DeadLetters deadLetters, Replies replies, RequestsInWork inWork,
			ServerMetrics metrics, ObjectProvider<ListenerDecorator> decorators) {
		this.guard = guard;
		this.deadLetters = deadLetters;
		this.replies = replies;
		this.inWork = inWork;
		this.metrics = metrics;
		this.decorators = decorators;
	}

	ChannelAwareMessageListener guard(ChannelAwareMessageListener listener) {
		ChannelAwareMessageListener guarded = new GuardedListener(listener, this.guard, this.deadLetters, this.replies,
				this.inWork, this.metrics);
		ListenerDecorator decorator = this.decorators.getIfAvailable();
		return (decorator != null) ? decorator.decorate(guarded) : guarded;
	}

}
