package io.fibrpc.benchmarks.stockclient;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.stereotype.Component;

/**
 * Makes the calls that the settings ask for.
 */
@Component
class StockCalls {

	private final RabbitTemplate template;

	private final StockClientProperties properties;

	StockCalls(RabbitTemplate template, StockClientProperties properties) {
		this.template = template;
		this.properties = properties;
	}

	void run() throws IOException, InterruptedException, ExecutionException {
		if (this.properties.callers().isEmpty()) {
			System.out.println(" [.] Got " + call());
			Thread.currentThread().join();
		}
		List<String> rows = new ArrayList<>();
		for (int callers : this.properties.callers()) {
			rows.add(new StockRow(callers, this.properties, this::call).measure());
		}
		String json = "[%s]%n".formatted(String.join(",\n", rows));
		if (this.properties.json() != null) {
			Files.writeString(this.properties.json(), json);
		}
		System.out.print(json);
	}

	private String call() {
		Object reply = this.template.convertSendAndReceive("", this.properties.queue(), this.properties.n());
		// The stock template's way to say that there was none in time
		return (reply != null) ? (String) reply : "";
	}

}
