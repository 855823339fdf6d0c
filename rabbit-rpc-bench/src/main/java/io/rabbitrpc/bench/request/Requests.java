package io.rabbitrpc.bench.request;

import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * Makes the requests of a run, for any number of threads.
 */
public final class Requests {

	private final Template template;

	private final NumberMix numbers;

	private final AtomicLong counter = new AtomicLong();

	private final @Nullable Request constant;

	/**
	 * Creates the requests.
	 * @param body the body, in which <code>{n}</code> stands for one of the numbers and
	 * <code>{counter}</code> for 1, 2, 3 ...
	 * @param numbers the numbers
	 */
	public Requests(byte[] body, NumberMix numbers) {
		this.template = new Template(body);
		this.numbers = numbers;
		this.constant = this.template.isConstant() ? new Request(body, 0, 0) : null;
	}

	/**
	 * Makes the next request.
	 * @return the request
	 */
	public Request next() {
		if (this.constant != null) {
			return this.constant;
		}
		int n = this.numbers.next();
		long count = this.counter.incrementAndGet();
		return new Request(this.template.fill(n, count), n, count);
	}

	/**
	 * Whether the body contains one of the numbers.
	 * @return whether there is <code>{n}</code> in the body
	 */
	public boolean haveNumber() {
		return this.template.hasNumber();
	}

}
