package io.fibrpc.client.bench;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

import io.rabbitrpc.Escaped;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;

/**
 * Requests and replies as the tutorial has them.
 */
final class Requests {

	private static final int SHOWN_BYTES = 64;

	private Requests() {
	}

	static byte[] body(int n) {
		return Integer.toString(n).getBytes(StandardCharsets.US_ASCII);
	}

	static BigInteger value(byte[] body) {
		try {
			return new BigInteger(new String(body, StandardCharsets.US_ASCII));
		}
		catch (NumberFormatException ex) {
			throw new RpcException(RpcStatus.INTERNAL, "the reply is no number: " + Escaped.text(body, SHOWN_BYTES),
					true, ex);
		}
	}

}
