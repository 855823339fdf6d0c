package io.rabbitrpc.connection.inbound;

import java.io.InputStream;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.rabbitrpc.LimitedLog;

/**
 * Keeps messages from closing the connection that they arrive on. amqp-client closes it
 * at headers that it cannot read (nested deeper than 32, for instance) and at bodies that
 * are too large. RabbitMQ then delivers the message again, for ever if the queue has no
 * delivery limit, and nothing else is consumed meanwhile. This drops such headers, or
 * such a body, and the rest is an ordinary message.
 * <p>
 * One filter is for any number of connections. All methods may be called on any thread.
 */
public final class InboundFilter implements UnaryOperator<InputStream> {

	// While a body is put together it is held twice, and others wait beside it
	private static final int HEAP_SHARE = 16;

	private static final Log logger = LogFactory.getLog(InboundFilter.class);

	private final LimitedLog headersLog = new LimitedLog(logger);

	private final LimitedLog bodiesLog = new LimitedLog(logger);

	private final LimitedLog heldLog = new LimitedLog(logger);

	private final HeldBodies held;

	private final LongAdder headers = new LongAdder();

	private final LongAdder bodies = new LongAdder();

	private final long maxBodyBytes;

	/**
	 * Creates a filter.
	 * @param maxBodyBytes the size from which on a body is dropped, in bytes; no more
	 * than {@link com.rabbitmq.client.ConnectionFactory#setMaxInboundMessageBodySize}. A
	 * sixteenth of the heap counts if that is less. The message then has an empty body
	 * and the header {@value io.rabbitrpc.RpcHeaders#DROPPED}
	 */
	public InboundFilter(long maxBodyBytes) {
		this(maxBodyBytes, new HeldBodies());
	}

	InboundFilter(long maxBodyBytes, HeldBodies held) {
		this.held = held;
		this.maxBodyBytes = Math.min(maxBodyBytes, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
	}

	/**
	 * Puts the filter before what a broker sends.
	 * @param in what arrives on one connection; with TLS, after it has been decrypted
	 * @return the same, without what amqp-client cannot take
	 */
	@Override
	public InputStream apply(InputStream in) {
		return new FilteredInputStream(in, this);
	}

	/**
	 * How many messages lost their headers.
	 * @return that number
	 */
	public long headersDropped() {
		return this.headers.sum();
	}

	/**
	 * How many messages lost their body.
	 * @return that number
	 */
	public long bodiesDropped() {
		return this.bodies.sum();
	}

	/**
	 * The bodies that wait for their consumers.
	 * @return bounds them, for the consumers that are named to it
	 */
	public HeldBodies heldBodies() {
		return this.held;
	}

	long maxBodyBytes() {
		return this.maxBodyBytes;
	}

	void headersDropped(int bytes) {
		this.headers.increment();
		this.headersLog.warn(
				"Dropped the headers of a message, which the AMQP library cannot read (%d bytes)".formatted(bytes),
				null);
	}

	void bodyDropped(long bytes) {
		this.bodies.increment();
		this.bodiesLog.warn("Dropped the body of a message, which is too large: %d bytes, the limit is %d"
			.formatted(bytes, this.maxBodyBytes), null);
	}

	void noRoom(long bytes) {
		this.bodies.increment();
		this.heldLog.warn("Dropped the body of a request (%d bytes): those that wait take all of the %d bytes for them"
			.formatted(bytes, this.held.most()), null);
	}

}
