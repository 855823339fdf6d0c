package io.rabbitrpc.connection.inbound;

import java.io.InputStream;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.rabbitrpc.LimitedLog;

/**
 * Keeps messages from closing the connection that they arrive on. amqp-client closes it
 * if headers cannot be read (for instance, if they are nested deeper than 32 levels) or
 * if a body is too large. RabbitMQ then delivers the message again, for ever if the queue
 * has no delivery limit, and nothing else is consumed meanwhile. This filter drops such
 * headers or such a body. The rest is an ordinary message.
 * <p>
 * One filter serves any number of connections. All methods may be called on any thread.
 */
public final class InboundFilter implements UnaryOperator<InputStream> {

	// A body needs its memory twice while it is put together, and other bodies wait at
	// the same time
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
	 * @param maxBodyBytes a body of this size or more is dropped, in bytes; at most
	 * {@link com.rabbitmq.client.ConnectionFactory#setMaxInboundMessageBodySize}. If a
	 * sixteenth of the heap is less, that counts. The message then has an empty body and
	 * the header {@value io.rabbitrpc.RpcHeaders#DROPPED}
	 */
	public InboundFilter(long maxBodyBytes) {
		this(maxBodyBytes, new HeldBodies());
	}

	InboundFilter(long maxBodyBytes, HeldBodies held) {
		this.held = held;
		this.maxBodyBytes = Math.min(maxBodyBytes, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
	}

	/**
	 * Filters the bytes of one connection.
	 * @param in the bytes that arrive; with TLS, after they have been decrypted
	 * @return the same bytes, without the parts that amqp-client cannot read
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
	 * @return their limit, for the consumers that were named
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
				"Dropped the headers of a message: the AMQP library cannot read them (%d bytes)".formatted(bytes),
				null);
	}

	void bodyDropped(long bytes) {
		this.bodies.increment();
		this.bodiesLog.warn(
				"Dropped the body of a message: it has %d bytes, the limit is %d".formatted(bytes, this.maxBodyBytes),
				null);
	}

	void noRoom(long bytes) {
		this.bodies.increment();
		this.heldLog.warn(
				"Dropped the body of a request (%d bytes): bodies that wait already fill the %d bytes reserved for them"
					.formatted(bytes, this.held.most()),
				null);
	}

}
