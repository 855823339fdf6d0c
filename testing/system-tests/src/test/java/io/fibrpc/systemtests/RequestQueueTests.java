package io.fibrpc.systemtests;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of who declares {@code rpc_queue}, and how it is shared.
 */
@Tag("broker")
class RequestQueueTests {

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	@ParameterizedTest
	@ValueSource(strings = { "quorum", "classic" })
	void serverDeclaresTheQueueDurableWithNoArgumentButItsType(String type) throws Exception {
		this.programs.server("--fib.server.queue-type=" + type);
		assertThat(this.programs.host().listQueues("type", "durable", "auto_delete"))
			.contains("rpc_queue\t%s\ttrue\tfalse".formatted(type));
		assertThat(this.programs.host().listQueues("arguments")).filteredOn((line) -> line.startsWith("rpc_queue\t"))
			.singleElement()
			.asString()
			.containsOnlyOnce("x-")
			.contains("x-queue-type", type);
		// RabbitMQ refuses a declaration that differs
		channel().queueDeclare("rpc_queue", true, false, false, Map.of("x-queue-type", type));
	}

	@Test
	void serverDeclaresAQuorumQueueByDefault() {
		this.programs.server();
		assertThat(this.programs.host().listQueues("type")).contains("rpc_queue\tquorum");
	}

	@Test
	void clientDeclaresNothing() {
		assertThat(this.programs.callInEachMode("30")).extracting(ProgramResult::exitCode).containsOnly(5);
		assertThat(this.programs.host().listQueues()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void serverAdoptsAQueueWithOtherPropertiesAndWarnsOnce(Existing existing) throws Exception {
		existing.declare(channel());
		Program server = this.programs.server();
		TutorialClient client = new TutorialClient(this.programs.host().connect(), TutorialClient.Kind.PYTHON);
		assertThat(client.call("30").getBody()).asString().isEqualTo("832040");
		for (ProgramResult result : this.programs.callInEachMode("30")) {
			assertThat(result.output()).containsExactly("fib(30) = 832040");
		}
		assertThat(server.lines()).filteredOn((line) -> line.matches(".* (WARN|ERROR) .*"))
			.singleElement()
			.asString()
			.contains(" WARN ", "rpc_queue");
		existing.declare(channel());
	}

	@Test
	void twoServersShareTheQueue() throws Exception {
		Stream.of("alpha", "beta")
			.map((name) -> this.programs.start("fib-server", this.programs.host(),
					"--rabbit.rpc.server.instance=" + name))
			.toList()
			.forEach(Program::awaitReady);
		TutorialClient client = new TutorialClient(this.programs.host().connect(), TutorialClient.Kind.PYTHON);
		Set<String> instances = new HashSet<>();
		for (int i = 0; i < 40; i++) {
			client.send("30");
		}
		for (int i = 0; i < 40; i++) {
			Delivery reply = client.await(Duration.ofSeconds(10));
			assertThat(reply.getBody()).asString().isEqualTo("832040");
			instances.add(String.valueOf(reply.getProperties().getHeaders().get("x-rpc-server")));
		}
		assertThat(instances).containsExactlyInAnyOrder("alpha", "beta");

		for (ProgramResult result : this.programs.callInEachMode("--verbose", "10", "10", "10", "10", "10", "10", "10",
				"10")) {
			assertThat(result.output()).hasSize(8).allMatch((line) -> line.startsWith("fib(10) = 55 (server "));
		}
	}

	private Channel channel() throws IOException {
		return this.programs.host().connect().createChannel();
	}

	/**
	 * The kinds of {@code rpc_queue} that may exist already.
	 */
	enum Existing {

		/** As the Julia and Haskell tutorials declare it. */
		CLASSIC_DURABLE {
			@Override
			void declare(Channel channel) throws IOException {
				channel.queueDeclare("rpc_queue", true, false, false, Map.of());
			}
		},

		/** As the older tutorials declare it, which RabbitMQ 4.3.0 to 4.3.5 refuse. */
		CLASSIC_TRANSIENT {
			@Override
			void declare(Channel channel) throws IOException {
				channel.queueDeclare("rpc_queue", false, false, false, Map.of());
			}
		},

		/** With a limit as an argument. */
		QUORUM_WITH_LIMIT {
			@Override
			void declare(Channel channel) throws IOException {
				channel.queueDeclare("rpc_queue", true, false, false,
						Map.of("x-queue-type", "quorum", "x-max-length", 1000));
			}
		};

		abstract void declare(Channel channel) throws IOException;

	}

}
