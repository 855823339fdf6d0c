package io.rabbitrpc.broker;

import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Objects;

import javax.net.ssl.SSLException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.MalformedFrameException;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.RpcStatus;

/**
 * The meaning of a failed attempt to connect to the broker.
 *
 * @param status {@link RpcStatus#PERMISSION_DENIED} if another attempt cannot help until
 * somebody changes a permission or a setting, {@link RpcStatus#RESOURCE_EXHAUSTED} if a
 * limit of the broker is reached, else {@link RpcStatus#UNAVAILABLE}
 * @param message one sentence without a password
 */
public record BrokerFailure(RpcStatus status, String message) {

	/**
	 * Finds the meaning of an exception.
	 * @param ex the exception of the attempt
	 * @param user the user of the login
	 * @param virtualHost the virtual host that was asked for
	 * @param addresses the address that the exception is about, or all addresses that
	 * were tried if nobody knows which one that is
	 * @return its meaning
	 */
	public static BrokerFailure of(Exception ex, String user, String virtualHost, List<String> addresses) {
		String all = String.join(", ", addresses);
		boolean several = addresses.size() > 1;
		String broker = several ? "one of " + all : all;
		if (cause(ex, AuthenticationFailureException.class) != null
				|| cause(ex, PossibleAuthenticationFailureException.class) != null) {
			return denied("login refused for user %s at %s".formatted(user, broker));
		}
		SSLException tls = cause(ex, SSLException.class);
		if (tls != null) {
			return denied("TLS refused at %s: %s".formatted(broker, reason(tls)));
		}
		if (cause(ex, MalformedFrameException.class) != null) {
			return denied("%s does not answer in AMQP; does it want TLS?".formatted(broker));
		}
		ShutdownSignalException signal = cause(ex, ShutdownSignalException.class);
		if (signal != null) {
			return refusal(signal, virtualHost, broker);
		}
		if (cause(ex, UnknownHostException.class) != null) {
			return unavailable("the host of %s is unknown".formatted(broker));
		}
		// amqp-client's timeout has no message
		String reason = Objects.requireNonNullElse(root(ex).getMessage(), "no answer in time");
		return unavailable((several ? "none of %s can be reached: %s" : "no broker at %s: %s").formatted(all, reason));
	}

	// The JDK names its own classes
	private static String reason(SSLException tls) {
		if (cause(tls, CertificateExpiredException.class) != null) {
			return "the broker's certificate has expired";
		}
		if (cause(tls, CertificateNotYetValidException.class) != null) {
			return "the broker's certificate is not valid yet";
		}
		if (cause(tls, CertPathBuilderException.class) != null) {
			return "this program does not trust the authority of the broker's certificate";
		}
		if (cause(tls, CertificateException.class) != null) {
			return "the broker's certificate does not fit: " + root(tls).getMessage();
		}
		String message = String.valueOf(tls.getMessage());
		// The broker says so after the handshake. A program that writes meanwhile may not
		// come to read it
		if (message.contains("certificate_required") || message.equals("readHandshakeRecord")) {
			return "the broker requires a certificate of this program";
		}
		return message.contains("unrecognized SSL message") ? "this port does not speak TLS" : message;
	}

	/**
	 * Says in a few words why a channel or a connection closed.
	 * @param signal the reason that amqp-client gives
	 * @return the broker's own words, if there are any
	 */
	public static String reason(ShutdownSignalException signal) {
		if (signal.getReason() instanceof AMQP.Channel.Close close) {
			return close.getReplyText();
		}
		if (signal.getReason() instanceof AMQP.Connection.Close close) {
			return close.getReplyText();
		}
		String message = root(signal).getMessage();
		return (message != null) ? message : "end of stream";
	}

	/**
	 * The broker's words, if it has refused something and closed the channel for that.
	 * @param ex the exception of the attempt
	 * @return the broker's code and words, or {@code null} if the broker refused nothing
	 */
	public static AMQP.Channel.@Nullable Close channelClose(Throwable ex) {
		ShutdownSignalException signal = cause(ex, ShutdownSignalException.class);
		return (signal != null && signal.getReason() instanceof AMQP.Channel.Close close) ? close : null;
	}

	private static BrokerFailure refusal(ShutdownSignalException signal, String virtualHost, String broker) {
		String reason = reason(signal);
		if (reason.contains("limit")) {
			return new BrokerFailure(RpcStatus.RESOURCE_EXHAUSTED, "%s refused: %s".formatted(broker, reason));
		}
		int code = 0;
		if (signal.getReason() instanceof AMQP.Channel.Close close) {
			code = close.getReplyCode();
		}
		else if (signal.getReason() instanceof AMQP.Connection.Close close) {
			code = close.getReplyCode();
			if (code == AMQP.NOT_ALLOWED) {
				return denied("%s refused virtual host %s: %s".formatted(broker, virtualHost, reason));
			}
		}
		return (code == AMQP.NOT_ALLOWED || code == AMQP.ACCESS_REFUSED)
				? denied("%s refused: %s".formatted(broker, reason))
				: unavailable("%s closed the connection: %s".formatted(broker, reason));
	}

	private static BrokerFailure denied(String message) {
		return new BrokerFailure(RpcStatus.PERMISSION_DENIED, message);
	}

	private static BrokerFailure unavailable(String message) {
		return new BrokerFailure(RpcStatus.UNAVAILABLE, message);
	}

	private static Throwable root(Throwable ex) {
		Throwable root = ex;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		return root;
	}

	private static <T extends Throwable> @Nullable T cause(Throwable ex, Class<T> type) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (type.isInstance(cause)) {
				return type.cast(cause);
			}
		}
		return null;
	}

}
