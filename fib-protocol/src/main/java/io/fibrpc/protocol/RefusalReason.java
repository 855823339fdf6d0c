package io.fibrpc.protocol;

/**
 * What can be wrong with a request that is refused.
 */
public enum RefusalReason {

	/** The content type is not that of a text. */
	CONTENT_TYPE,

	/** The body is encoded, for instance compressed. */
	CONTENT_ENCODING,

	/** The body has more bytes than any number that is taken. */
	TOO_LONG,

	/** The body is empty, but for white space. */
	MISSING,

	/** The body is anything but ASCII decimal digits, or too many of them. */
	NO_NUMBER,

	/** The number is larger than this server answers. */
	TOO_LARGE

}
