package io.rabbitrpc.connection.inbound;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which broker refused a connection last, and why. If a program knows several
 * addresses, amqp-client tries all of them and throws only the last exception. So an
 * address where nobody answers would hide that a broker has refused the login before.
 */
public final class Refusals {

	// Longer than it takes to try a few addresses that do not answer. A name service may
	// have dropped the address since, and then nobody tries it again
	private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(1);

	private static final byte METHOD = 1;

	// Type, channel and size
	private static final int HEADER_BYTES = 7;

	// Class 10, methods 41 and 50
	private static final int OPEN_OK = 10 << 16 | 41;

	private static final int CLOSE = 10 << 16 | 50;

	// Class and method, code, and the length of the text
	private static final int CLOSE_BYTES = 7;

	private volatile @Nullable Refusal last;

	/**
	 * Says that a connection is about to be tried. Its outcome replaces the one before.
	 * @param broker its address
	 */
	public void trying(InetSocketAddress broker) {
		Refusal before = this.last;
		if (before != null && before.broker().equals(broker)) {
			this.last = null;
		}
	}

	/**
	 * Says that a broker has refused a connection.
	 * @param broker its address
	 * @param reason the reason
	 */
	public void refused(InetSocketAddress broker, Exception reason) {
		this.last = new Refusal(broker, reason, System.nanoTime());
	}

	/**
	 * The last refusal, unless a connection was opened since, or it is a minute old.
	 * @return the refusal, or {@code null}
	 */
	public @Nullable Refusal last() {
		Refusal refusal = this.last;
		return (refusal != null && System.nanoTime() - refusal.nanos() < KEPT_NANOS) ? refusal : null;
	}

	/**
	 * Watches whether a broker refuses a connection.
	 * @param broker its address
	 * @param in the bytes that arrive; with TLS, after they have been decrypted
	 * @return the same bytes
	 */
	public InputStream watch(InetSocketAddress broker, InputStream in) {
		return new OpeningStream(broker, in);
	}

	/**
	 * A broker has refused a connection.
	 *
	 * @param broker its address
	 * @param reason the reason
	 * @param nanos when that was, by {@link System#nanoTime}
	 */
	public record Refusal(InetSocketAddress broker, Exception reason, long nanos) {
	}

	/**
	 * Reads along until the connection is open. Until then the broker sends one frame at
	 * a time and waits for the client. If a frame arrives in parts, nobody hears of its
	 * refusal.
	 */
	private final class OpeningStream extends FilterInputStream {

		private final InetSocketAddress broker;

		private boolean open;

		OpeningStream(InetSocketAddress broker, InputStream in) {
			super(in);
			this.broker = broker;
		}

		@Override
		public int read(byte[] bytes, int offset, int length) throws IOException {
			try {
				int count = super.read(bytes, offset, length);
				if (!this.open && count > HEADER_BYTES + CLOSE_BYTES && bytes[offset] == METHOD) {
					see(ByteBuffer.wrap(bytes, offset + HEADER_BYTES, count - HEADER_BYTES));
				}
				return count;
			}
			catch (SSLException ex) {
				if (!this.open) {
					refused(this.broker, ex);
				}
				throw ex;
			}
		}

		private void see(ByteBuffer frame) {
			int method = frame.getInt();
			if (method == OPEN_OK) {
				this.open = true;
				Refusals.this.last = null;
			}
			else if (method == CLOSE) {
				int code = Short.toUnsignedInt(frame.getShort());
				byte[] text = new byte[Math.min(Byte.toUnsignedInt(frame.get()), frame.remaining())];
				frame.get(text);
				refused(this.broker, reason(code, new String(text, StandardCharsets.UTF_8)));
			}
		}

		// The same exceptions as amqp-client would throw
		private static Exception reason(int code, String text) {
			return (code == AMQP.ACCESS_REFUSED) ? new AuthenticationFailureException(text)
					: new ShutdownSignalException(true, false,
							new AMQP.Connection.Close.Builder().replyCode(code).replyText(text).build(), null);
		}

	}

}
