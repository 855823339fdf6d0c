package io.rabbitrpc.client.proxy;

import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.aot.AotProcessingException;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

import io.rabbitrpc.RpcExchange;
import io.rabbitrpc.client.RpcClientAutoConfiguration;
import io.rabbitrpc.client.proxy.found.Found;
import io.rabbitrpc.connection.RpcConnectionAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ImportRpcServices}, also ahead of time.
 */
class ImportRpcServicesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RabbitAutoConfiguration.class, RpcConnectionAutoConfiguration.class,
				RpcClientAutoConfiguration.class, RpcServiceAutoConfiguration.class))
		.withPropertyValues("spring.rabbitmq.addresses=localhost:1");

	@Test
	void interfacesBecomeBeans() {
		this.runner.withUserConfiguration(ByType.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(Quotes.class)
				.doesNotHaveBean(Stock.class));
	}

	@Test
	void interfacesAreFoundInPackages() {
		this.runner.withUserConfiguration(ByPackage.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(Found.class)
				.doesNotHaveBean(Quotes.class));
	}

	@Test
	void anInterfaceThatIsImportedTwiceIsOneBean() {
		this.runner.withUserConfiguration(ByType.class, Again.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(Quotes.class)
				.hasSingleBean(Stock.class));
	}

	@Test
	void aMethodThatCannotBeACallStopsTheStart() {
		this.runner.withUserConfiguration(ImportsWrong.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessage("Wrong.call has no @RpcExchange that names its queue"));
	}

	@Test
	void aheadOfTimeProcessingNamesTheTypesOfCalls() {
		RuntimeHints hints = process(ByType.class);
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(Quotes.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(Item.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(Price.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(Stock.class)).rejects(hints);
	}

	@Test
	void aheadOfTimeAMethodThatCannotBeACallStopsTheBuild() {
		assertThatExceptionOfType(AotProcessingException.class).isThrownBy(() -> process(ImportsWrong.class))
			.withRootCauseInstanceOf(IllegalArgumentException.class)
			.withMessageEndingWith("Wrong.call has no @RpcExchange that names its queue");
	}

	private static RuntimeHints process(Class<?> configuration) {
		DefaultGenerationContext generated = new DefaultGenerationContext(
				new ClassNameGenerator(ClassName.get(ImportRpcServicesTests.class)), new InMemoryGeneratedFiles());
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(configuration);
			new ApplicationContextAotGenerator().processAheadOfTime(context, generated);
		}
		return generated.getRuntimeHints();
	}

	@ImportRpcServices(types = Quotes.class)
	static class ByType {

	}

	@ImportRpcServices(types = { Quotes.class, Stock.class })
	static class Again {

	}

	@ImportRpcServices(basePackages = "io.rabbitrpc.client.proxy.found")
	static class ByPackage {

	}

	@ImportRpcServices(types = Wrong.class)
	static class ImportsWrong {

	}

	interface Quotes {

		@RpcExchange("quotes")
		CompletableFuture<Price> quote(Item item);

	}

	@RpcExchange("stock")
	interface Stock {

		boolean stock(String sku);

	}

	interface Wrong {

		String call(String payload);

	}

	/**
	 * What is asked.
	 *
	 * @param sku an article's number
	 */
	record Item(String sku) {

	}

	/**
	 * What is answered.
	 *
	 * @param cents the price
	 */
	record Price(int cents) {

	}

}
