package io.fibrpc.systemtests.faults;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import io.fibrpc.systemtests.faults.RawMessage.Property;

/**
 * Requests that a server must survive, each with its outcome. Each is a good request,
 * fib(10) with a reply queue and correlation id {@code hostile}, with one thing changed.
 * Names begin with the letter and number of the fault, or with X.
 */
@SuppressWarnings("ImmutableEnumChecker") // Its functions have no state
enum HostileRequest {

	D4_NO_CORRELATION_ID("no correlation id", Outcome.VALUE, (it) -> it.without(Property.CORRELATION_ID)),

	D5_NO_REPLY_TO("no reply_to", Outcome.DEAD_LETTER, (it) -> it.without(Property.REPLY_TO)),

	D6_EMPTY_REPLY_TO("an empty reply_to", Outcome.DEAD_LETTER, (it) -> it.with(Property.REPLY_TO, "")),

	D7_REPLY_TO_REQUESTS("reply_to rpc_queue", Outcome.DEAD_LETTER, (it) -> it.with(Property.REPLY_TO, "rpc_queue")),

	D7_REPLY_TO_DEAD_LETTERS("reply_to rpc_dead_letters", Outcome.DEAD_LETTER,
			(it) -> it.with(Property.REPLY_TO, "rpc_dead_letters")),

	D8_EXCHANGE_THAT_IS_MISSING("reply_to nosuch/x", Outcome.DEAD_LETTER,
			(it) -> it.with(Property.REPLY_TO, "nosuch/x")),

	D8_EXCHANGE("reply_to amq.topic/x", Outcome.DEAD_LETTER, (it) -> it.with(Property.REPLY_TO, "amq.topic/x")),

	D8_DEFAULT_EXCHANGE("reply_to /rpc_queue", Outcome.DEAD_LETTER, (it) -> it.with(Property.REPLY_TO, "/rpc_queue")),

	D8_FORGED_DIRECT("a forged direct reply-to name with slashes", Outcome.DEAD_LETTER,
			(it) -> it.with(Property.REPLY_TO, "amq.rabbitmq.reply-to.g1/x.a+b/c==")),

	D8_FORGED_DIRECT_BASE64("a direct reply-to name in base64 that names no process", Outcome.DEAD_LETTER,
			(it) -> it.with(Property.REPLY_TO,
					"amq.rabbitmq.reply-to.g1h3cmFiYml0QG5vd2hlcmUAAAAAAAAAAAAAAAA=.AAAAAAAAAAAAAAAAAAAAAA==")),

	D8_LONGEST("reply_to of 255 bytes, which names no queue", Outcome.NOTHING,
			(it) -> it.with(Property.REPLY_TO, "q".repeat(255))),

	D8_NO_UTF8("reply_to that is not UTF-8", Outcome.NOTHING,
			(it) -> it.with(Property.REPLY_TO, Amqp.shortString(bytes("c328ff71")))),

	D8_LONGEST_NO_UTF8("reply_to of 255 bytes that are not UTF-8", Outcome.NOTHING,
			(it) -> it.with(Property.REPLY_TO, Amqp.shortString(repeated(0xFF, 255)))),

	D8_GONE("reply_to of a queue that was deleted", Outcome.NOTHING,
			(it) -> it.with(Property.REPLY_TO, "amq.gen-gone")),

	D9_OTHERS_QUEUE("reply_to of another connection's exclusive queue", Outcome.VALUE, UnaryOperator.identity()),

	D11_NO_CONSUMER("reply_to amq.rabbitmq.reply-to, from a client that does not consume from it", Outcome.NOT_TAKEN,
			(it) -> it.with(Property.REPLY_TO, "amq.rabbitmq.reply-to")),

	D14_NO_UTF8("a correlation id of 200 bytes 0xFF", Outcome.VALUE,
			(it) -> it.with(Property.CORRELATION_ID, Amqp.shortString(repeated(0xFF, 200)))),

	D14_LONGEST("a correlation id of 255 bytes", Outcome.VALUE,
			(it) -> it.with(Property.CORRELATION_ID, "i".repeat(255))),

	D14_LONGEST_NO_UTF8("a correlation id of 255 bytes 0xFF", Outcome.VALUE,
			(it) -> it.with(Property.CORRELATION_ID, Amqp.shortString(repeated(0xFF, 255)))),

	D14_MESSAGE_ID_NO_UTF8("only a message id, of 255 bytes 0xFF", Outcome.VALUE,
			(it) -> it.without(Property.CORRELATION_ID)
				.with(Property.MESSAGE_ID, Amqp.shortString(repeated(0xFF, 255)))),

	E1_EMPTY("an empty body", Outcome.REFUSED, (it) -> it.body("")),

	E2_WORD("abc", Outcome.REFUSED, (it) -> it.body("abc")),

	E2_FRACTION("1.0", Outcome.REFUSED, (it) -> it.body("1.0")),

	E2_EXPONENT("1e3", Outcome.REFUSED, (it) -> it.body("1e3")),

	E2_HEXADECIMAL("0x10", Outcome.REFUSED, (it) -> it.body("0x10")),

	E2_UNDERSCORE("1_000", Outcome.REFUSED, (it) -> it.body("1_000")),

	E2_NAN("NaN", Outcome.REFUSED, (it) -> it.body("NaN")),

	E2_TWO_SIGNS("--1", Outcome.REFUSED, (it) -> it.body("--1")),

	E3_NEGATIVE("-1", Outcome.REFUSED, (it) -> it.body("-1")),

	E3_NEGATIVE_ZERO("-0", Outcome.REFUSED, (it) -> it.body("-0")),

	E4_TOO_LARGE("one more than max-n", Outcome.REFUSED, (it) -> it.body("100001")),

	E4_OVERFLOW("2^32 + 10, which is 10 as an int", Outcome.REFUSED, (it) -> it.body("4294967306")),

	E4_TOO_MANY_DIGITS("21 digits", Outcome.REFUSED, (it) -> it.body("0".repeat(19) + "10")),

	E5_LEADING_ZEROS("leading zeros", Outcome.VALUE, (it) -> it.body("00000000000000000010")),

	E5_PLUS("+7", Outcome.REFUSED, (it) -> it.body("+7")),

	E6_BLANKS("ASCII blanks and line ends around the number", Outcome.VALUE, (it) -> it.body(" \t10\r\n")),

	E6_BLANK_INSIDE("a blank inside the number", Outcome.REFUSED, (it) -> it.body("1 0")),

	E6_NO_BREAK_SPACE("a no-break space", Outcome.REFUSED, (it) -> it.body("\u00a010")),

	E6_BYTE_ORDER_MARK("a byte order mark", Outcome.REFUSED, (it) -> it.body("\ufeff10")),

	E7_ARABIC_INDIC("an Arabic-Indic digit", Outcome.REFUSED, (it) -> it.body("\u0667")),

	E7_FULL_WIDTH("a full-width digit", Outcome.REFUSED, (it) -> it.body("\uff17")),

	E8_NUL("a NUL", Outcome.REFUSED, (it) -> it.body("7\0")),

	E8_NO_UTF8("bytes that are not UTF-8", Outcome.REFUSED, (it) -> it.body(bytes("c328ff"))),

	E9_MANY_DIGITS("10 MB of digits", Outcome.REFUSED, (it) -> it.body(repeated('7', 10_000_000))),

	E9_MANY_BLANKS("10 MB of blanks", Outcome.REFUSED, (it) -> it.body(repeated(' ', 10_000_000))),

	E10_TOO_LARGE("17 MiB of digits", Outcome.REFUSED_IF_TAKEN, (it) -> it.body(repeated('7', 17 * 1024 * 1024))),

	E11_SERIALISED_LIST("a Java-serialised ArrayList", Outcome.REFUSED, (it) -> it.body(bytes(
			"aced0005737200136a6176612e7574696c2e41727261794c6973747881d21d99c7619d03000149000473697a657870000000007704000000"
					+ "0078"))
		.with(Property.CONTENT_TYPE, "application/x-java-serialized-object")),

	E12_SERIALISED_ARRAY("a Java-serialised array that claims to have 2^31 - 1 bytes", Outcome.REFUSED,
			(it) -> it.body(bytes("aced0005757200025b42acf317f8060854e002000078707fffffff"))
				.with(Property.CONTENT_TYPE, "application/x-java-serialized-object")),

	E12_SERIALISED_ARRAY_AS_TEXT("the same without a content type", Outcome.REFUSED,
			(it) -> it.body(bytes("aced0005757200025b42acf317f8060854e002000078707fffffff"))),

	E14_JSON_OBJECT("a JSON object", Outcome.REFUSED,
			(it) -> it.body("{\"n\":7}").with(Property.CONTENT_TYPE, "application/json")),

	E14_JSON_NUMBER("a JSON number with content type application/json", Outcome.REFUSED,
			(it) -> it.with(Property.CONTENT_TYPE, "application/json")),

	E14_JSON_STRING("a JSON string without a content type", Outcome.REFUSED, (it) -> it.body("\"7\"")),

	E14_JSON_ARRAY("a JSON array without a content type", Outcome.REFUSED, (it) -> it.body("[7]")),

	E15_OCTETS("content type application/octet-stream", Outcome.VALUE,
			(it) -> it.with(Property.CONTENT_TYPE, "application/octet-stream")),

	E15_CHARSET("content type text/plain;charset=utf-16", Outcome.VALUE,
			(it) -> it.with(Property.CONTENT_TYPE, "text/plain;charset=utf-16")),

	E15_LONGEST("a content type of 255 bytes", Outcome.REFUSED,
			(it) -> it.with(Property.CONTENT_TYPE, "t".repeat(255))),

	E15_LINE_END("a content type with a line end and a forged log line", Outcome.REFUSED,
			(it) -> it.with(Property.CONTENT_TYPE, "x\r\nERROR forged")),

	E15_LONGEST_NO_UTF8("a content type of 255 bytes 0xFF, without reply_to", Outcome.DEAD_LETTER,
			(it) -> it.without(Property.REPLY_TO).with(Property.CONTENT_TYPE, Amqp.shortString(repeated(0xFF, 255)))),

	E16_GZIP("content encoding gzip", Outcome.REFUSED, (it) -> it.with(Property.CONTENT_ENCODING, "gzip")),

	E16_UNKNOWN("content encoding no-such", Outcome.REFUSED, (it) -> it.with(Property.CONTENT_ENCODING, "no-such")),

	E16_EMPTY("an empty content encoding", Outcome.REFUSED, (it) -> it.with(Property.CONTENT_ENCODING, "")),

	E17_UTF16("content encoding UTF-16", Outcome.REFUSED,
			(it) -> it.with(Property.CONTENT_ENCODING, "UTF-16").body(bytes("00310030"))),

	E17_EBCDIC("content encoding Cp037, digits in EBCDIC", Outcome.REFUSED,
			(it) -> it.with(Property.CONTENT_ENCODING, "Cp037").body(bytes("f1f0"))),

	E17_UTF8("content encoding UTF-8", Outcome.VALUE, (it) -> it.with(Property.CONTENT_ENCODING, "UTF-8")),

	E18_MODE_0("delivery mode 0", Outcome.VALUE_IF_TAKEN, (it) -> it.with(Property.DELIVERY_MODE, 0)),

	E18_MODE_3("delivery mode 3", Outcome.VALUE_IF_TAKEN, (it) -> it.with(Property.DELIVERY_MODE, 3)),

	E18_MODE_255("delivery mode 255", Outcome.VALUE_IF_TAKEN, (it) -> it.with(Property.DELIVERY_MODE, 255)),

	X_PRIORITY("priority 255", Outcome.VALUE, (it) -> it.with(Property.PRIORITY, 255)),

	X_EXPIRED("expiration 0", Outcome.VALUE_OR_NOTHING, (it) -> it.with(Property.EXPIRATION, "0")),

	X_TIMESTAMP("a timestamp of 2^64 - 1 seconds", Outcome.VALUE,
			(it) -> it.with(Property.TIMESTAMP, repeated(0xFF, 8))),

	X_TYPE("type, app_id and user_id", Outcome.VALUE,
			(it) -> it.with(Property.TYPE, "java.lang.Runtime")
				.with(Property.APP_ID, "a".repeat(255))
				.with(Property.USER_ID, "guest")),

	X_SPRINGS_HEADERS("headers named like Spring's", Outcome.VALUE,
			(it) -> it.withHeaders(Amqp.field("amqp_replyTo", "rpc_queue"), Amqp.field("amqp_receivedRoutingKey", "x"),
					Amqp.field("amqp_deliveryTag", -1), Amqp.field("amqp_channel", "x"), Amqp.field("id", "no uuid"),
					Amqp.field("timestamp", "no time"), Amqp.field("x-retry-count", -1), Amqp.field("contentType", 1),
					Amqp.field("spring_returned_message_correlation", "x"),
					Amqp.field("spring_listener_return_correlation", "x"),
					Amqp.field("spring_request_return_correlation", "x"), Amqp.field("fib.received-nanos", "x"))),

	X_TYPE_HEADERS("headers that name classes", Outcome.VALUE,
			(it) -> it.withHeaders(Amqp.field("__TypeId__", "java.lang.Runtime"), Amqp.field("__ContentTypeId__", "x"),
					Amqp.field("__KeyTypeId__", 1))),

	X_MALFORMED_DEATH("a malformed x-death", Outcome.VALUE,
			(it) -> it.withHeaders(Amqp.field("x-death", "x"), Amqp.field("x-delivery-count", "x"))),

	X_MALFORMED_TRACE("a malformed traceparent", Outcome.VALUE,
			(it) -> it.withHeaders(Amqp.field("traceparent", "00-\r\nERROR forged"), Amqp.field("tracestate", 1),
					Amqp.field("x-rpc-status", "INTERNAL"), Amqp.field("b3", "x".repeat(10_000)))),

	X_NESTED("headers nested 10 levels deep", Outcome.VALUE, (it) -> it.with(Property.HEADERS, Amqp.nested(10))),

	E24_OTHERS_NAME("user_id of another user", Outcome.NOT_TAKEN, (it) -> it.with(Property.USER_ID, "somebody")),

	E25_LOG_INJECTION("a line end, an escape and a forged log line in ids and body", Outcome.REFUSED,
			(it) -> it.with(Property.CORRELATION_ID, "x\r\nERROR forged \u001b[31m")
				.with(Property.MESSAGE_ID, "x\r\nERROR forged")
				.body("7\r\nERROR forged \u001b[31m")),

	E25_LOG_INJECTION_UNANSWERABLE("the same in a reply_to that the server refuses", Outcome.DEAD_LETTER,
			(it) -> it.with(Property.REPLY_TO, "a/b\r\nERROR forged \u001b[31m"));

	private final String title;

	private final Outcome outcome;

	private final UnaryOperator<RawMessage> change;

	HostileRequest(String title, Outcome outcome, UnaryOperator<RawMessage> change) {
		this.title = title;
		this.outcome = outcome;
		this.change = change;
	}

	RawMessage message(String replyTo) {
		return this.change
			.apply(new RawMessage("10").with(Property.REPLY_TO, replyTo).with(Property.CORRELATION_ID, "hostile"));
	}

	String number() {
		return name().substring(0, name().indexOf('_'));
	}

	String title() {
		return this.title;
	}

	Outcome outcome() {
		return this.outcome;
	}

	@Override
	public String toString() {
		return number() + " " + this.title;
	}

	private static byte[] bytes(String hexadecimal) {
		return HexFormat.of().parseHex(hexadecimal);
	}

	private static byte[] repeated(int octet, int count) {
		byte[] bytes = new byte[count];
		Arrays.fill(bytes, (byte) octet);
		return bytes;
	}

	/**
	 * The correlation id that a reply must have. A server need not send back bytes that
	 * are not UTF-8.
	 * @param message the request
	 * @return a regular expression
	 */
	static String expectedId(RawMessage message) {
		byte[] encoded = message.encoded(Property.CORRELATION_ID);
		if (encoded == null) {
			return ".*";
		}
		String id = new String(encoded, 1, encoded.length - 1, StandardCharsets.UTF_8);
		return id.contains("\ufffd") ? ".*" : Pattern.quote(id);
	}

	/**
	 * What must happen to a request.
	 */
	enum Outcome {

		VALUE("the value"), REFUSED("INVALID_ARGUMENT"), DEAD_LETTER("dead letter"), NOTHING("the reply is dropped"),
		VALUE_OR_NOTHING("the value, or the request expires"),
		VALUE_IF_TAKEN("the value, if RabbitMQ accepts it (3.10 does not)"),
		REFUSED_IF_TAKEN("INVALID_ARGUMENT, if RabbitMQ accepts it (4 does not)"), NOT_TAKEN("RabbitMQ refuses it");

		private final String words;

		Outcome(String words) {
			this.words = words;
		}

		boolean mayBeRefusedByTheBroker() {
			return this == VALUE_IF_TAKEN || this == REFUSED_IF_TAKEN || this == NOT_TAKEN;
		}

		@Override
		public String toString() {
			return this.words;
		}

	}

}
