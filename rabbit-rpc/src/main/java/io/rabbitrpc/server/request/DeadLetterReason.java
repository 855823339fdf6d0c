package io.rabbitrpc.server.request;

/**
 * Why no reply can be given to a request.
 */
public enum DeadLetterReason {

	/** The request does not say where the reply shall go. */
	NO_REPLY_TO("reply_to is missing"),

	/** It looks like direct reply-to, but no broker made that name. */
	FORGED_REPLY_TO("reply_to looks like direct reply-to, but RabbitMQ gives no such name"),

	/** It names an exchange. */
	EXCHANGE_IN_REPLY_TO("reply_to must be the name of a queue, without '/'"),

	/** The reply would come back as a request or as a dead letter. */
	OWN_QUEUE("reply_to must not be a queue of requests or of dead letters"),

	/** Its bytes cannot be written again. */
	NO_UTF8("reply_to is not UTF-8");

	private final String sentence;

	DeadLetterReason(String sentence) {
		this.sentence = sentence;
	}

	/**
	 * What the dead letter says.
	 * @return one sentence
	 */
	public String sentence() {
		return this.sentence;
	}

}
