package io.fibrpc.benchmarks.stockserver;

import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.stereotype.Component;

import io.fibrpc.benchmarks.PlainFibonacci;

/**
 * Answers requests. Text, because Spring's own conversion to numbers reads bytes wrongly.
 */
@Component
class StockListener {

	static final String QUEUE = "stock_rpc_queue";

	@RabbitListener(queues = "${stock.queue:" + QUEUE + "}")
	String fibonacci(String n) {
		return PlainFibonacci.of(Integer.parseInt(n)).toString();
	}

}
