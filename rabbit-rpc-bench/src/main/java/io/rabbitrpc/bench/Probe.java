package io.rabbitrpc.bench;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.bench.call.RpcTarget;
import io.rabbitrpc.bench.load.CallFailure;
import io.rabbitrpc.bench.load.FibonacciTable;

/**
 * One call before all others: what fails at once need not be measured for minutes.
 */
final class Probe {

	private final RpcTarget target;

	private final FibonacciTable table;

	Probe(RpcTarget target, FibonacciTable table) {
		this.target = target;
		this.table = table;
	}

	@Nullable CallFailure call(int n) {
		try {
			byte[] value = this.target.call(n);
			return this.table.isRight(n, value) ? null : CallFailure.wrong(n, value);
		}
		catch (RpcException ex) {
			return CallFailure.of(ex);
		}
	}

}
