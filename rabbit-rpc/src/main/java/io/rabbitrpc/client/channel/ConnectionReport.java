package io.rabbitrpc.client.channel;

import com.rabbitmq.client.ShutdownSignalException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.broker.BrokerAddress;
import io.rabbitrpc.broker.BrokerFailure;

/**
 * Logs once that the broker is gone and once that it is back. Meanwhile it knows why no
 * calls are possible. Only one thread at a time may report to it.
 */
final class ConnectionReport {

	private static final Log logger = LogFactory.getLog(ConnectionReport.class);

	private boolean reportedLoss;

	// Why the broker closed the channel but not the connection. The broker may do so at
	// each call, but this is logged once
	private @Nullable String refusal;

	private volatile String problem = "still connecting to the broker";

	/**
	 * Why there is no channel.
	 * @return one sentence without a full stop
	 */
	String problem() {
		return this.problem;
	}

	/**
	 * A channel is open.
	 * @param opened the channel
	 * @param replaces whether it replaces another open channel
	 */
	void opened(RpcChannel opened, boolean replaces) {
		if (this.reportedLoss || (this.refusal == null && !replaces)) {
			logger.info("Connected to RabbitMQ at %s; replies arrive on %s"
				.formatted(BrokerAddress.of(opened.connection()), opened.replyTo()));
		}
		this.reportedLoss = false;
	}

	/**
	 * The channel has closed.
	 * @param cause why
	 */
	void closed(ShutdownSignalException cause) {
		String reason = BrokerFailure.reason(cause);
		if (cause.isHardError() || !reason.equals(this.refusal)) {
			lost("the connection to the broker was lost: " + reason, true);
		}
		this.refusal = cause.isHardError() ? null : reason;
	}

	/**
	 * There is no channel.
	 * @param message why, one sentence without a full stop
	 * @param toSay whether to log it for an operator
	 */
	void lost(String message, boolean toSay) {
		this.problem = message;
		if (!this.reportedLoss && toSay) {
			this.reportedLoss = true;
			logger.warn("No calls are possible: %s. Trying again until it works".formatted(message));
		}
	}

}
