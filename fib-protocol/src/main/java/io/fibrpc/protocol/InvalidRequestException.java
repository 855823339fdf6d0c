package io.fibrpc.protocol;

import io.rabbitrpc.RpcFailure;
import io.rabbitrpc.RpcStatus;

/**
 * Says that a request is invalid. Its message is one sentence for the sender of the
 * request.
 */
@RpcFailure(RpcStatus.INVALID_ARGUMENT)
public final class InvalidRequestException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message what is wrong with the request and what would be right
	 */
	public InvalidRequestException(String message) {
		super(message);
	}

}
