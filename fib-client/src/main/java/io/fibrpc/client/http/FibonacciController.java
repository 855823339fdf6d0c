package io.fibrpc.client.http;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.rabbitrpc.Escaped;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.RpcClientProperties;
import io.rabbitrpc.client.RpcReply;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.http.CacheControl;
import org.springframework.http.ETag;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.fibrpc.client.FibonacciClient;
import io.fibrpc.protocol.InvalidRequestException;
import io.fibrpc.protocol.WireNumbers;

/**
 * Makes a call for each HTTP request. No thread waits for the reply.
 */
@RestController
final class FibonacciController {

	// fib(n) never changes
	private static final CacheControl FOR_EVER = CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable();

	private final FibonacciClient client;

	private final String replyMode;

	FibonacciController(FibonacciClient client, RpcClientProperties properties) {
		this.client = client;
		this.replyMode = properties.replyMode().toString();
	}

	@GetMapping(path = "/fibonacci/{n}", produces = { MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_PLAIN_VALUE })
	CompletableFuture<ResponseEntity<FibonacciAnswer>> fibonacci(@PathVariable("n") String text,
			@RequestParam(name = "deadline", required = false) @Nullable String deadline,
			@RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String ifNoneMatch) {
		int n = number(text);
		Duration bound = deadline(deadline);
		// Weak, because two answers with the same value differ in their times
		ETag etag = new ETag("fib-" + n, true);
		if (ifNoneMatch != null && ETag.parse(ifNoneMatch).stream().anyMatch((known) -> matches(known, etag))) {
			return CompletableFuture.completedFuture(lasting(HttpStatus.NOT_MODIFIED, etag).build());
		}
		long start = System.nanoTime();
		return this.client.requestAsync(n, bound)
			.thenApply((reply) -> lasting(HttpStatus.OK, etag).body(answer(n, reply, System.nanoTime() - start)));
	}

	private static boolean matches(ETag known, ETag etag) {
		return known.isWildcard() || known.compare(etag, false);
	}

	private static ResponseEntity.BodyBuilder lasting(HttpStatus status, ETag etag) {
		return ResponseEntity.status(status)
			.eTag(etag.formattedTag())
			.cacheControl(FOR_EVER)
			.varyBy(HttpHeaders.ACCEPT);
	}

	private int number(String text) {
		try {
			return WireNumbers.readRequest(text.getBytes(StandardCharsets.UTF_8), Integer.MAX_VALUE);
		}
		catch (InvalidRequestException ex) {
			throw new RpcException(RpcStatus.INVALID_ARGUMENT, String.valueOf(ex.getMessage()), false, ex);
		}
	}

	// A caller may shorten rabbit.rpc.client.deadline, never extend it
	private Duration deadline(@Nullable String text) {
		Duration most = this.client.deadline();
		if (text == null) {
			return most;
		}
		try {
			Duration wanted = DurationStyle.detectAndParse(text);
			if (wanted.toMillis() >= 1) {
				return (wanted.compareTo(most) < 0) ? wanted : most;
			}
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			// The exception below says it
		}
		throw new RpcException(RpcStatus.INVALID_ARGUMENT,
				"deadline must be a duration of 1ms or more, such as 500ms or 2s, not '%s'"
					.formatted(Escaped.text(text)));
	}

	private FibonacciAnswer answer(int n, RpcReply<BigInteger> reply, long nanos) {
		Duration work = reply.work();
		return new FibonacciAnswer(n, reply.value().toString(), reply.server(), this.replyMode,
				TimeUnit.NANOSECONDS.toMicros(nanos),
				(work != null) ? TimeUnit.NANOSECONDS.toMicros(work.toNanos()) : null);
	}

}
