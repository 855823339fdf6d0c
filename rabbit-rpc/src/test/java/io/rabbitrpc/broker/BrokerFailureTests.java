package io.rabbitrpc.broker;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.MalformedFrameException;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.rabbitrpc.RpcStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BrokerFailure}.
 */
class BrokerFailureTests {

	static Stream<Arguments> failures() {
		return Stream.of(
				Arguments.of(new ConnectException("refused"), RpcStatus.UNAVAILABLE, "no broker at a:1: refused",
						"none of a:1, b:2 can be reached: refused"),
				Arguments.of(new TimeoutException(), RpcStatus.UNAVAILABLE, "no broker at a:1: no answer in time",
						"none of a:1, b:2 can be reached: no answer in time"),
				Arguments.of(new UnknownHostException("a"), RpcStatus.UNAVAILABLE, "the host of a:1 is unknown",
						"the host of one of a:1, b:2 is unknown"),
				Arguments.of(new PossibleAuthenticationFailureException("no"), RpcStatus.PERMISSION_DENIED,
						"login refused for user guest at a:1", "login refused for user guest at one of a:1, b:2"),
				Arguments.of(new SSLHandshakeException("expired"), RpcStatus.PERMISSION_DENIED,
						"TLS refused at a:1: expired", "TLS refused at one of a:1, b:2: expired"),
				tls(new SSLHandshakeException("PKIX"), new CertificateExpiredException("NotAfter: Monday"),
						"the broker's certificate has expired"),
				tls(new SSLHandshakeException("PKIX"), new CertificateNotYetValidException("NotBefore: Monday"),
						"the broker's certificate is not valid yet"),
				tls(new SSLHandshakeException("PKIX"), new CertPathBuilderException("unable to find"),
						"this program does not trust the authority of the broker's certificate"),
				tls(new SSLHandshakeException("(unknown) No name"), new CertificateException("No name"),
						"the broker's certificate does not fit: No name"),
				tls(new SSLHandshakeException("Received fatal alert: certificate_required"), null,
						"the broker requires a certificate of this program"),
				tls(new SSLException("Unsupported or unrecognized SSL message"), null, "this port does not speak TLS"),
				Arguments.of(new MalformedFrameException("x"), RpcStatus.PERMISSION_DENIED,
						"a:1 does not answer in AMQP; does it want TLS?",
						"one of a:1, b:2 does not answer in AMQP; does it want TLS?"),
				Arguments.of(closed(AMQP.NOT_ALLOWED, "no such host"), RpcStatus.PERMISSION_DENIED,
						"a:1 refused virtual host orders: no such host",
						"one of a:1, b:2 refused virtual host orders: no such host"),
				Arguments.of(closed(AMQP.NOT_ALLOWED, "connection limit"), RpcStatus.RESOURCE_EXHAUSTED,
						"a:1 refused: connection limit", "one of a:1, b:2 refused: connection limit"),
				Arguments.of(closed(AMQP.INTERNAL_ERROR, "fault"), RpcStatus.UNAVAILABLE,
						"a:1 closed the connection: fault", "one of a:1, b:2 closed the connection: fault"));
	}

	private static Arguments tls(SSLException failure, @Nullable Exception cause, String reason) {
		if (cause != null) {
			failure.initCause(new IllegalStateException(cause));
		}
		return Arguments.of(failure, RpcStatus.PERMISSION_DENIED, "TLS refused at a:1: " + reason,
				"TLS refused at one of a:1, b:2: " + reason);
	}

	private static ShutdownSignalException closed(int code, String text) {
		AMQP.Connection.Close close = new AMQP.Connection.Close.Builder().replyCode(code).replyText(text).build();
		return new ShutdownSignalException(true, false, close, null);
	}

	@ParameterizedTest
	@MethodSource("failures")
	void saysWhatHappenedAndWhere(Exception cause, RpcStatus status, String atOne, String atSeveral) {
		Exception failure = new IllegalStateException(cause);
		assertThat(BrokerFailure.of(failure, "guest", "orders", List.of("a:1")))
			.isEqualTo(new BrokerFailure(status, atOne));
		assertThat(BrokerFailure.of(failure, "guest", "orders", List.of("a:1", "b:2")))
			.isEqualTo(new BrokerFailure(status, atSeveral));
	}

}
