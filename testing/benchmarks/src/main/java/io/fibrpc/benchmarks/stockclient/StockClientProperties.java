package io.fibrpc.benchmarks.stockclient;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the stock client is to do.
 *
 * @param queue where requests go
 * @param n what is asked for
 * @param callers how many threads make calls, one number for each row of the results;
 * none: make a single call and stay
 * @param warmup time under load before a row is measured
 * @param duration time that a row is measured
 * @param json file for the rows
 */
@ConfigurationProperties("stock")
record StockClientProperties(@DefaultValue("stock_rpc_queue") String queue, @DefaultValue("30") String n,
		@DefaultValue List<Integer> callers, @DefaultValue("3s") Duration warmup,
		@DefaultValue("10s") Duration duration, @Nullable Path json) {

}
