package io.fibrpc.protocol;

/**
 * A request that is refused. Its message is one sentence for whoever sent the request.
 */
public final class InvalidRequestException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final RefusalReason reason;

	/**
	 * Creates the refusal.
	 * @param reason what is wrong with the request, for whoever counts refusals
	 * @param message what is wrong with the request and what would be right
	 */
	public InvalidRequestException(RefusalReason reason, String message) {
		super(message);
		this.reason = reason;
	}

	/**
	 * What is wrong with the request.
	 * @return one of a closed list
	 */
	public RefusalReason reason() {
		return this.reason;
	}

}
