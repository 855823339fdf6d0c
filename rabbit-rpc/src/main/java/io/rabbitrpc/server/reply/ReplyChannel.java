package io.rabbitrpc.server.reply;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;

/**
 * A channel on which replies leave, with the replies that the broker has not confirmed
 * yet. A publisher confirm for each reply would cost more than the reply itself. So after
 * many replies, or some time after a few, this class asks the broker a question on the
 * channel. The broker answers in order. So its answer says that it has taken or dropped
 * everything that was published before. If it refuses a reply, it closes the channel
 * instead of answering.
 */
final class ReplyChannel {

	static final int MAX_REPLIES = 1000;

	// Half of the bytes that a connection's writer takes before a write waits
	static final long MAX_BYTES = 8 * 1024 * 1024;

	// Far more than a healthy broker needs, with 300 ms of latency each way
	private static final long ANSWER_NANOS = Duration.ofSeconds(1).toNanos();

	private static final BasicProperties NO_PROPERTIES = new BasicProperties();

	// The question changes nothing, because nobody consumes on this channel
	private static final AMQP.Basic.Qos QUESTION = new AMQP.Basic.Qos.Builder().build();

	private final Channel channel;

	private final Owner owner;

	private final Lock lock = new ReentrantLock();

	private final UnconfirmedReplies unconfirmed = new UnconfirmedReplies();

	// How many replies the answer to the question will confirm
	private int asked;

	private volatile boolean asking;

	private volatile long askedNanos;

	private volatile boolean silent;

	private ReplyChannel(Channel channel, Owner owner) {
		this.channel = channel;
		this.owner = owner;
	}

	/**
	 * Opens a channel. Waits for the broker.
	 * @param connection the connection
	 * @param owner told what happens on the channel
	 * @return the channel
	 * @throws IOException if the broker refuses the channel
	 */
	static ReplyChannel open(Connection connection, Owner owner) throws IOException {
		Channel channel = connection.createChannel();
		if (channel == null) {
			throw new IOException("the connection has no channel left");
		}
		ReplyChannel opened = new ReplyChannel(channel, owner);
		channel.addShutdownListener((cause) -> owner.closed(opened, cause));
		return opened;
	}

	boolean isOpen() {
		return this.channel.isOpen();
	}

	Connection connection() {
		return this.channel.getConnection();
	}

	/**
	 * Whether the broker has left a question unanswered for too long.
	 * @return whether replies should take another connection
	 */
	boolean isSilent() {
		return this.silent;
	}

	boolean isEmpty() {
		return size() == 0;
	}

	int size() {
		return this.unconfirmed.size();
	}

	/**
	 * Publishes a reply and keeps it until the broker has it.
	 * @param reply the reply
	 * @return whether this channel has taken the reply. If not, the reply has not been
	 * sent
	 */
	boolean publish(Reply reply) {
		this.lock.lock();
		try {
			if (!this.unconfirmed.hasRoomFor(reply) || !this.channel.isOpen()) {
				return false;
			}
			this.channel.basicPublish("", reply.replyTo(), reply.properties(), reply.body());
			this.unconfirmed.add(reply);
			if (this.unconfirmed.areMany()) {
				ask();
			}
			// If the channel closed meanwhile, its closing missed this reply
			return this.channel.isOpen() || !this.unconfirmed.remove(reply);
		}
		catch (IOException | ShutdownSignalException ex) {
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Finds out whether the broker takes what is published, without waiting for it. */
	void probe() {
		this.lock.lock();
		try {
			this.channel.basicPublish("", "rpc.probe." + UUID.randomUUID(), NO_PROPERTIES, new byte[0]);
			ask();
		}
		catch (IOException | ShutdownSignalException ex) {
			// The channel has closed. Its owner is told elsewhere
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Asks now about what was published, without waiting for the answer. */
	void ask() {
		this.lock.lock();
		try {
			if (!this.asking) {
				this.asked = this.unconfirmed.size();
				this.askedNanos = System.nanoTime();
				this.asking = true;
				this.channel.asyncCompletableRpc(QUESTION).thenRun(this::answered);
			}
		}
		catch (IOException | ShutdownSignalException ex) {
			// The channel has closed. Its owner is told elsewhere
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Asks about the last replies, and finds out whether the connection is silent. It
	 * must be called a few times a second.
	 * @param nowNanos the time now
	 */
	void check(long nowNanos) {
		if (this.asking) {
			this.silent = nowNanos - this.askedNanos > ANSWER_NANOS;
		}
		else if (!isEmpty()) {
			ask();
		}
	}

	/**
	 * Takes away all replies that the broker has not confirmed.
	 * @return those replies, in the order in which they were published
	 */
	List<Reply> takeAll() {
		this.lock.lock();
		try {
			return take(this.unconfirmed.size());
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<Reply> take(int count) {
		this.asked = 0;
		return this.unconfirmed.take(count);
	}

	private void answered() {
		List<Reply> confirmed;
		this.lock.lock();
		try {
			confirmed = take(this.asked);
			this.asking = false;
			this.silent = false;
		}
		finally {
			this.lock.unlock();
		}
		confirmed.forEach(Reply::taken);
		this.owner.confirmed();
	}

	/** Closes the channel. Waits for the broker. */
	void close() {
		try {
			this.channel.abort();
		}
		catch (IOException ex) {
			// It is closed then
		}
	}

	/**
	 * The owner of a channel. Its methods run on the thread that reads the connection, or
	 * on the one that closes it. They must not block.
	 */
	interface Owner {

		/** The broker has taken what was published. */
		void confirmed();

		/**
		 * The channel has closed. This is told once.
		 * @param channel the channel
		 * @param cause why
		 */
		void closed(ReplyChannel channel, ShutdownSignalException cause);

	}

}
