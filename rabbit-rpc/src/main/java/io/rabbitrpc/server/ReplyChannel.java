package io.rabbitrpc.server;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;

/**
 * A channel on which replies leave, with the replies that the broker has not confirmed.
 * It is in confirm mode. When the broker confirms nothing for a while, it is asked by a
 * probe: an empty message to a queue that does not exist, which RabbitMQ confirms at
 * once. So one reply queue that confirms nothing is told from a connection that is
 * silent.
 */
final class ReplyChannel {

	static final int MAX_REPLIES = 1000;

	// Half of what a connection's writer takes before a write waits
	static final long MAX_BYTES = 8 * 1024 * 1024;

	private static final long QUIET_NANOS = Duration.ofMillis(500).toNanos();

	private static final long PROBE_NANOS = Duration.ofMillis(500).toNanos();

	// What waits longer on a connection that confirms others lies at a queue that does
	// not work, such as one without a majority of its nodes
	private static final long STUCK_NANOS = Duration.ofSeconds(10).toNanos();

	private static final BasicProperties NO_PROPERTIES = new BasicProperties();

	private final Channel channel;

	private final Lock publishLock = new ReentrantLock();

	// By the number of the publish, which counts from 1
	private final Map<Long, Reply> unconfirmed = new ConcurrentHashMap<>();

	private final AtomicLong unconfirmedBytes = new AtomicLong();

	private final Owner owner;

	// Only whoever holds the lock has this
	private long nextPublish = 1;

	// Only the thread that reads the connection has this
	private long firstUnconfirmed = 1;

	private volatile long movedNanos = System.nanoTime();

	// The number of a probe that has not been confirmed, 0 if there is none
	private volatile long probe;

	private volatile long probeNanos;

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
		try {
			// By confirmSelect the channel would keep a set of unconfirmed numbers, too
			channel.rpc(new AMQP.Confirm.Select.Builder().build());
		}
		catch (IOException | RuntimeException ex) {
			channel.abort();
			throw ex;
		}
		channel.addConfirmListener(opened::confirmed, opened::refused);
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
	 * Whether the broker has left a probe unanswered.
	 * @return whether replies had better leave elsewhere
	 */
	boolean isSilent() {
		return this.silent;
	}

	boolean isEmpty() {
		return this.unconfirmed.isEmpty();
	}

	int size() {
		return this.unconfirmed.size();
	}

	/**
	 * Publishes a reply and keeps it until the broker confirms it.
	 * @param reply the reply
	 * @return whether this channel has it, or had it when the channel closed. If not, it
	 * has not been sent
	 */
	boolean publish(Reply reply) {
		this.publishLock.lock();
		try {
			if (isTooFullFor(reply) || !this.channel.isOpen()) {
				return false;
			}
			long number = this.nextPublish;
			keep(number, reply);
			try {
				this.channel.basicPublish("", reply.replyTo(), reply.properties(), reply.body());
				this.nextPublish = number + 1;
				return true;
			}
			catch (IOException | ShutdownSignalException ex) {
				return !forget(number);
			}
			catch (RuntimeException ex) {
				// It cannot be written at all
				forget(number);
				throw ex;
			}
		}
		finally {
			this.publishLock.unlock();
		}
	}

	private boolean isTooFullFor(Reply reply) {
		long bytes = this.unconfirmedBytes.get();
		return this.unconfirmed.size() >= MAX_REPLIES || (bytes > 0 && bytes + reply.body().length > MAX_BYTES);
	}

	private void keep(long number, Reply reply) {
		long now = System.nanoTime();
		if (this.unconfirmed.isEmpty()) {
			this.movedNanos = now;
		}
		reply.sent(now);
		this.unconfirmed.put(number, reply);
		this.unconfirmedBytes.addAndGet(reply.body().length);
	}

	private boolean forget(long number) {
		Reply reply = this.unconfirmed.remove(number);
		if (reply != null) {
			this.unconfirmedBytes.addAndGet(-reply.body().length);
		}
		return reply != null;
	}

	/**
	 * Asks the broker whether it still takes anything, without waiting for the answer.
	 */
	void probe() {
		this.publishLock.lock();
		try {
			this.probeNanos = System.nanoTime();
			this.probe = this.nextPublish;
			this.channel.basicPublish("", "rpc.probe." + UUID.randomUUID(), NO_PROPERTIES, new byte[0]);
			this.nextPublish++;
		}
		catch (IOException | ShutdownSignalException ex) {
			this.probe = 0;
		}
		finally {
			this.publishLock.unlock();
		}
	}

	/**
	 * Finds out whether the connection is silent. To be called a few times a second.
	 * @param nowNanos the time now
	 */
	void check(long nowNanos) {
		if (this.probe != 0) {
			this.silent = nowNanos - this.probeNanos > PROBE_NANOS && nowNanos - this.movedNanos > PROBE_NANOS;
		}
		else if (!this.unconfirmed.isEmpty() && nowNanos - this.movedNanos > QUIET_NANOS) {
			probe();
		}
	}

	/**
	 * Takes away what the broker has not confirmed for long, though it confirms others.
	 * @param nowNanos the time now
	 * @return those replies
	 */
	List<Reply> takeStuck(long nowNanos) {
		List<Reply> stuck = new ArrayList<>();
		if (!this.silent) {
			this.unconfirmed.forEach((number, reply) -> {
				if (reply.wasSentBefore(nowNanos - STUCK_NANOS) && forget(number)) {
					stuck.add(reply);
				}
			});
		}
		return stuck;
	}

	/**
	 * Takes away all that the broker has not confirmed.
	 * @return those replies, in the order in which they were published
	 */
	List<Reply> takeAll() {
		List<Reply> all = new ArrayList<>();
		this.unconfirmed.entrySet()
			.stream()
			.sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
			.forEach((entry) -> {
				if (forget(entry.getKey())) {
					all.add(entry.getValue());
				}
			});
		return all;
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

	private void confirmed(long tag, boolean multiple) {
		take(tag, multiple, Reply::taken);
	}

	private void refused(long tag, boolean multiple) {
		take(tag, multiple, this.owner::nacked);
	}

	private void take(long tag, boolean multiple, Consumer<Reply> action) {
		for (long number = multiple ? this.firstUnconfirmed : tag; number <= tag; number++) {
			Reply reply = this.unconfirmed.remove(number);
			if (reply != null) {
				this.unconfirmedBytes.addAndGet(-reply.body().length);
				action.accept(reply);
			}
		}
		if (multiple) {
			this.firstUnconfirmed = tag + 1;
		}
		this.movedNanos = System.nanoTime();
		long asked = this.probe;
		if (asked != 0 && (multiple ? tag >= asked : tag == asked)) {
			this.probe = 0;
			this.silent = false;
		}
		this.owner.confirmed();
	}

	/**
	 * Whom a channel serves. Its methods run on the connection's reader thread, or on the
	 * one that closes the connection, and must not block.
	 */
	interface Owner {

		/** The broker has confirmed something. */
		void confirmed();

		/**
		 * The broker could not keep a reply: its queue is full, or has crashed.
		 * @param reply the reply, which the channel has no more
		 */
		void nacked(Reply reply);

		/**
		 * The channel has closed. This is told once.
		 * @param channel the channel
		 * @param cause why
		 */
		void closed(ReplyChannel channel, ShutdownSignalException cause);

	}

}
