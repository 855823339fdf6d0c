package io.rabbitrpc.server.container;

import java.time.Duration;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.LimitedLog;

/**
 * Reports a request that a queue delivers again and again. It may be the reason why each
 * server that takes it stops. No server can prevent that, but RabbitMQ can.
 */
public final class RepeatedRequests {

	// The second delivery may follow a restart of one server, and the third a restart of
	// the next
	private static final long SUSPICIOUS = 3;

	private static final long MEMORY_NANOS = Duration.ofMinutes(10).toNanos();

	private static final Log logger = LogFactory.getLog(RepeatedRequests.class);

	// Limits of an operator's policy are added to those of the policy that a queue has
	private static final String COMMAND = "rabbitmqctl set_operator_policy %1$s-poison '^%1$s$' '{\"delivery-limit\":3}'"
			+ " --apply-to queues";

	private final String queue;

	private final LongSupplier nanoTime;

	private final LimitedLog warnings;

	private volatile @Nullable Suspect last;

	RepeatedRequests(String queue, LongSupplier nanoTime) {
		this.queue = queue;
		this.nanoTime = nanoTime;
		this.warnings = new LimitedLog(logger, nanoTime);
	}

	/**
	 * Looks at a request before anything else, because the request may kill the server.
	 * @param loggedId its correlation id, as it is logged
	 * @param deliveries how often it has been delivered, including this time
	 */
	public void look(String loggedId, long deliveries) {
		if (deliveries < SUSPICIOUS) {
			return;
		}
		String sentence = "A request (correlation id %s) has been delivered %d times: each earlier server stopped or lost its connection"
			.formatted(loggedId, deliveries);
		this.last = new Suspect(sentence, this.nanoTime.getAsLong());
		this.warnings.warn("%s. If the request causes that, set a delivery limit: %s".formatted(sentence,
				COMMAND.formatted(this.queue)), null);
	}

	/**
	 * The last such request of the last ten minutes.
	 * @return a sentence, or {@code null} if there was none
	 */
	public @Nullable String last() {
		Suspect known = this.last;
		return (known != null && this.nanoTime.getAsLong() - known.nanos() < MEMORY_NANOS) ? known.sentence() : null;
	}

	/**
	 * A suspicious request.
	 *
	 * @param sentence the sentence about it
	 * @param nanos when it came
	 */
	private record Suspect(String sentence, long nanos) {

	}

}
