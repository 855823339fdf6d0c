package io.fibrpc.benchmarks.scaling;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.sun.management.OperatingSystemMXBean;
import io.rabbitrpc.client.RpcClient;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Measures calls and their processor time while one thing grows. Clients and servers are
 * in this process, and the broker on this machine.
 */
public final class GrowthProgram {

	private static final int QUEUES = 100;

	private static final int WARM_UP_CALLS = 5_000;

	private static final long WARM_UP_NANOS = 10_000_000_000L;

	private static final List<GrowthRow> ROWS = Stream.of(
			IntStream.of(1, 10, 100, 1_000, 10_000).mapToObj(GrowthRow::inFlight),
			IntStream.of(10, 1_024, 16_384, 131_072, 1_048_576).mapToObj(GrowthRow::bytes),
			IntStream.of(1, 10, 100).mapToObj(GrowthRow::queues), IntStream.of(1, 10, 100).mapToObj(GrowthRow::clients),
			IntStream.of(1, 2, 4).mapToObj(GrowthRow::shards), IntStream.of(1, 2, 4, 8).mapToObj(GrowthRow::servers),
			IntStream.of(1, 2, 4, 8).mapToObj(GrowthRow::waitingServers))
		.flatMap((rows) -> rows)
		.toList();

	private static final OperatingSystemMXBean SYSTEM = ManagementFactory
		.getPlatformMXBean(OperatingSystemMXBean.class);

	private final String uri;

	private final Path broker;

	private GrowthProgram(String uri, Path broker) {
		this.uri = uri;
		this.broker = broker;
	}

	/**
	 * Measures all rows in turns and prints their medians.
	 * @param args the process id of the broker, the rounds, the milliseconds of a row,
	 * and the first words of the rows, if not all are wanted
	 * @throws Exception if anything fails
	 */
	public static void run(String[] args) throws Exception {
		GrowthProgram program = new GrowthProgram(System.getenv("FIB_BROKER_URI"), Path.of("/proc", args[0], "stat"));
		List<String> wanted = Arrays.asList(args).subList(3, args.length);
		List<GrowthRow> rows = ROWS.stream()
			.filter((row) -> wanted.isEmpty() || wanted.stream().anyMatch(row.name()::startsWith))
			.toList();
		program.measure(rows, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
	}

	private void measure(List<GrowthRow> rows, int rounds, int millis) throws Exception {
		try (ConfigurableApplicationContext admin = start(GrowthClient.class)) {
			AmqpAdmin queues = admin.getBean(AmqpAdmin.class);
			names(QUEUES).forEach((queue) -> queues.declareQueue(QueueBuilder.durable(queue).quorum().build()));
			// Until the code is compiled
			measure(GrowthRow.inFlight(100), 1, 4 * millis);
			List<List<Measured>> all = new ArrayList<>();
			for (GrowthRow row : rows) {
				all.add(measure(row, rounds, millis));
				names(QUEUES).forEach(queues::purgeQueue);
			}
			System.out.println("what grows | calls/s | us of programs | us of broker | failed");
			for (int i = 0; i < rows.size(); i++) {
				System.out.println(rows.get(i).name() + " | " + median(all.get(i)));
			}
			names(QUEUES).forEach(queues::deleteQueue);
		}
	}

	private List<Measured> measure(GrowthRow row, int rounds, int millis) throws Exception {
		List<ConfigurableApplicationContext> contexts = new ArrayList<>();
		try {
			String queues = String.join(",", names(Math.max(row.queues(), row.shards())));
			for (int i = 0; i < row.servers(); i++) {
				contexts.add(start(GrowthServer.class, "growth.queues=" + queues, "rabbit.rpc.client.enabled=false"));
			}
			List<RpcClient> clients = new ArrayList<>();
			for (int i = 0; i < row.clients(); i++) {
				ConfigurableApplicationContext client = start(GrowthClient.class, "rabbit.rpc.server.enabled=false",
						"rabbit.rpc.client.queues.growth.shards=" + row.shards(),
						"rabbit.rpc.client.max-in-flight=10000", "rabbit.rpc.client.deadline=30s");
				contexts.add(client);
				clients.add(client.getBean(RpcClient.class));
			}
			Load load = new Load(row, clients, names(row.queues()));
			load.start();
			// Servers begin with one request at a time
			for (long end = System.nanoTime() + WARM_UP_NANOS; System.nanoTime() < end
					&& load.ended.sum() < 2L * row.inFlight() + WARM_UP_CALLS;) {
				TimeUnit.MILLISECONDS.sleep(100);
			}
			List<Measured> measured = new ArrayList<>();
			for (int i = 0; i < rounds; i++) {
				measured.add(measure(load, millis));
			}
			load.stop();
			System.err.println(row.name() + " | " + median(measured));
			return measured;
		}
		finally {
			contexts.forEach(ConfigurableApplicationContext::close);
		}
	}

	private Measured measure(Load load, int millis) throws Exception {
		long ended = load.ended.sum();
		long failed = load.failed.sum();
		long programs = SYSTEM.getProcessCpuTime();
		double broker = brokerMicros();
		long start = System.nanoTime();
		TimeUnit.MILLISECONDS.sleep(millis);
		double calls = Math.max(1, load.ended.sum() - ended);
		return new Measured(calls * 1e9 / (System.nanoTime() - start),
				(SYSTEM.getProcessCpuTime() - programs) / 1e3 / calls, (brokerMicros() - broker) / calls,
				load.failed.sum() - failed);
	}

	// User and system time in hundredths of a second, the 12th and 13th field after the
	// name in parentheses
	private double brokerMicros() throws IOException {
		String stat = Files.readString(this.broker);
		String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
		return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 1e4;
	}

	private ConfigurableApplicationContext start(Class<?> application, String... settings) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.properties("spring.rabbitmq.addresses=" + this.uri, "spring.main.banner-mode=off",
					"logging.level.root=warn")
			.properties(settings)
			.run();
	}

	private static List<String> names(int count) {
		return IntStream.range(0, count).mapToObj((i) -> (i == 0) ? "growth" : "growth." + i).toList();
	}

	private static String median(List<Measured> measured) {
		return Stream
			.of(measured.stream().map(Measured::callsPerSecond), measured.stream().map(Measured::programs),
					measured.stream().map(Measured::broker), measured.stream().map(Measured::failed))
			.map((values) -> values.map(Number::doubleValue).sorted().toList())
			.map((values) -> String.format(Locale.ROOT, "%,.0f", values.get(values.size() / 2)))
			.collect(Collectors.joining(" | "));
	}

	/**
	 * What one round has shown.
	 *
	 * @param callsPerSecond calls that ended with a value
	 * @param programs microseconds of clients and servers a call
	 * @param broker microseconds of the broker a call
	 * @param failed calls that ended otherwise
	 */
	private record Measured(Double callsPerSecond, Double programs, Double broker, Long failed) {

	}

	/**
	 * Keeps a number of calls in flight.
	 */
	private static final class Load {

		private final GrowthRow row;

		private final List<RpcClient> clients;

		private final List<String> queues;

		private final byte[] request;

		private final LongAdder ended = new LongAdder();

		private final LongAdder failed = new LongAdder();

		private volatile boolean stopped;

		Load(GrowthRow row, List<RpcClient> clients, List<String> queues) {
			this.row = row;
			this.clients = clients;
			this.queues = queues;
			this.request = "%d %d".formatted(row.bytes(), row.millis()).getBytes(StandardCharsets.US_ASCII);
		}

		void start() {
			for (int i = 0; i < this.row.inFlight(); i++) {
				call(this.clients.get(i % this.clients.size()), i);
			}
		}

		void stop() throws InterruptedException {
			this.stopped = true;
			TimeUnit.MILLISECONDS.sleep(500);
		}

		private void call(RpcClient client, int number) {
			client.queue(this.queues.get(number % this.queues.size()))
				.callAsync(this.request, byte[].class)
				.whenComplete((value, failure) -> {
					((failure != null) ? this.failed : this.ended).increment();
					if (!this.stopped && failure == null) {
						call(client, number + 1);
					}
				});
		}

	}

}
