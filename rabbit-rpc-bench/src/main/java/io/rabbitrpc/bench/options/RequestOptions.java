package io.rabbitrpc.bench.options;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import io.rabbitrpc.ApplicationHeaders;
import io.rabbitrpc.bench.call.RequestFormat;
import io.rabbitrpc.bench.request.Expectation;
import io.rabbitrpc.bench.request.Expectations;
import io.rabbitrpc.bench.request.NumberMix;
import io.rabbitrpc.bench.request.Requests;

/**
 * The options for the requests.
 */
public final class RequestOptions {

	private static final String DEFAULT_QUEUE = "rpc_queue";

	private static final String NUMBER = "{n}";

	@Option(names = "--queue", paramLabel = "NAME", description = "Queue that requests go to (rpc_queue).")
	private @Nullable String queue;

	@Option(names = "--exchange", paramLabel = "NAME",
			description = "Exchange that requests go to, instead of a queue.")
	private @Nullable String exchange;

	@Option(names = "--routing-key", paramLabel = "KEY", description = "Routing key for the exchange (empty).")
	private @Nullable String routingKey;

	@Option(names = "--body", paramLabel = "TEXT",
			description = "Body of the requests. {n} stands for a number of --n, {counter} for 1, 2, 3 ... ({n}).")
	private @Nullable String body;

	@Option(names = "--body-file", paramLabel = "FILE",
			description = "File with the body of the requests, of any bytes.")
	private @Nullable String bodyFile;

	@Option(names = "--n", paramLabel = "N",
			description = "Numbers for {n}: one, a range such as 10..40 or a mix such as 10,30,300 (30).")
	private String numbers = "30";

	@Option(names = "--content-type", paramLabel = "TYPE",
			description = "Content type of the requests, empty for none (application/json if the body begins as JSON  "
					+ "objects and arrays do, else text/plain).")
	private @Nullable String contentType;

	@Option(names = "--header", paramLabel = "NAME=VALUE",
			description = "A header of the requests. You may give several.")
	private List<String> headers = new ArrayList<>();

	@Option(names = "--expect", paramLabel = "VALUE",
			description = {
					"What each value must be, else the call is WRONG (fibonacci if rpc_queue is asked for  "
							+ "{n}, else none):",
					"text:TEXT          the text, with {n} and {counter} of the request",
					"regex:PATTERN      a text that contains a match of the pattern",
					"json:/PTR          JSON with a value other than null there (RFC 6901)",
					"json:/PTR=VALUE    JSON with this value there, with {n} and {counter} of the request",
					"fibonacci          the digits of fib(n)", "none               anything" })
	private @Nullable String expect;

	/**
	 * What all requests have in common.
	 * @return exchange, routing key, content type and headers
	 * @throws IllegalArgumentException if one of them is wrong
	 */
	public RequestFormat format() {
		Map<String, Object> named = new LinkedHashMap<>();
		for (String header : this.headers) {
			int end = header.indexOf('=');
			named.put(header.substring(0, Math.max(0, end)), header.substring(end + 1));
			// The client would leave out such headers, so the option is refused
			if (end < 1 || ApplicationHeaders.of(named).passed().size() < named.size()) {
				throw OptionValues.invalid("--header",
						"NAME=VALUE, at most 64 and 8 KiB in all, no name beginning with x-rpc-", header);
			}
		}
		if (this.exchange == null && this.routingKey != null) {
			throw new IllegalArgumentException("--routing-key needs --exchange");
		}
		if (this.exchange != null && this.queue != null) {
			throw new IllegalArgumentException("--queue and --exchange exclude each other");
		}
		String key = (this.routingKey != null) ? OptionValues.shortString("--routing-key", 0, this.routingKey) : "";
		return new RequestFormat(
				(this.exchange != null) ? OptionValues.shortString("--exchange", 1, this.exchange) : "",
				(this.exchange != null) ? key : OptionValues.shortString("--queue", 1, queue()), contentType(), named);
	}

	private String queue() {
		return (this.queue != null) ? this.queue : DEFAULT_QUEUE;
	}

	private @Nullable String contentType() {
		if (this.contentType != null) {
			String given = OptionValues.shortString("--content-type", 0, this.contentType);
			return given.isEmpty() ? null : given;
		}
		// A placeholder such as {n} is not a JSON object
		String text = new String(requests().next().body(), StandardCharsets.ISO_8859_1).strip();
		return (text.startsWith("{") || text.startsWith("[")) ? "application/json" : "text/plain";
	}

	/**
	 * The requests.
	 * @return the requests
	 * @throws IllegalArgumentException if body or numbers are wrong
	 */
	public Requests requests() {
		return new Requests(body(), NumberMix.of(this.numbers));
	}

	private byte[] body() {
		if (this.bodyFile == null) {
			return ((this.body != null) ? this.body : NUMBER).getBytes(StandardCharsets.UTF_8);
		}
		if (this.body != null) {
			throw new IllegalArgumentException("--body and --body-file exclude each other");
		}
		try {
			return Files.readAllBytes(Path.of(this.bodyFile));
		}
		catch (IOException | IllegalArgumentException ex) {
			throw OptionValues.invalid("--body-file", "a file that can be read", this.bodyFile);
		}
	}

	/**
	 * Which values are right.
	 * @return the expectation
	 * @throws IllegalArgumentException if it is wrong, or does not fit these requests
	 */
	public Expectation expectation() {
		boolean tutorial = this.exchange == null && queue().equals(DEFAULT_QUEUE) && this.bodyFile == null
				&& (this.body == null || this.body.equals(NUMBER));
		String standard = tutorial ? "fibonacci" : "none";
		return Expectations.of((this.expect != null) ? this.expect : standard, requests(), NumberMix.of(this.numbers));
	}

}
