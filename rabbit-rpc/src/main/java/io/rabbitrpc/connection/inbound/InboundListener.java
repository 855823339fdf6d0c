package io.rabbitrpc.connection.inbound;

import java.util.function.Consumer;

import com.rabbitmq.client.Command;
import com.rabbitmq.client.TrafficListener;

/**
 * Adds a listener to incoming traffic. It hears of each command before the listener that
 * was there.
 */
public final class InboundListener implements TrafficListener {

	private final Consumer<Command> listener;

	private final TrafficListener given;

	/**
	 * Joins both.
	 * @param listener hears of each command, on the thread that reads its connection
	 * @param given the listener that was there
	 */
	public InboundListener(Consumer<Command> listener, TrafficListener given) {
		this.listener = listener;
		this.given = given;
	}

	@Override
	public void read(Command inbound) {
		this.listener.accept(inbound);
		this.given.read(inbound);
	}

	@Override
	public void write(Command outbound) {
		this.given.write(outbound);
	}

}
