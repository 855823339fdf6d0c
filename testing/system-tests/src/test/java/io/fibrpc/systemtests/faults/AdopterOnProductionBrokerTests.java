package io.fibrpc.systemtests.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.fibrpc.systemtests.AdoptersProject;
import io.fibrpc.systemtests.Program;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the project in {@code testing/adopter} works on the broker that
 * {@code config/rabbitmq/production} sets up, once {@code docs/security.md} is followed.
 */
@Tag("broker")
class AdopterOnProductionBrokerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

	@Test
	void bothProgramsWorkWithWhatTheDocumentAddsForThem(@TempDir Path folder) throws Exception {
		Path files = Files.createDirectory(folder.resolve("production"));
		for (String file : List.of("MakeSecrets.java", "rabbitmq.conf")) {
			Files.copy(ProductionBroker.FILES.resolve(file), files.resolve(file));
		}
		Files.writeString(files.resolve("definitions.json"), definitions());
		AdoptersProject shop = new AdoptersProject(Files.createDirectory(folder.resolve("classes")));
		try (ProductionBroker broker = ProductionBroker.start(files, folder.resolve("secrets"));
				Program server = shop.start("com.example.shop.server.ShopServer", broker.arguments("shop-server"))) {
			server.awaitLine("Started ShopServer", TIMEOUT);
			// Both programs have just started, and their first call takes long
			List<String> settings = broker.arguments("shop-client", "--rabbit.rpc.client.queues.quotes.deadline=30s");
			try (Program client = shop.start("com.example.shop.client.ShopClient", settings, "tea", "cup")) {
				client.awaitLine("Quote\\[sku=tea, cents=450, customer=ada]", TIMEOUT);
				client.awaitLine("Quote\\[sku=cup, cents=1200, customer=ada]", TIMEOUT);
			}
			assertThat(server.lines())
				.filteredOn((line) -> line.contains("is used as it is, if it exists: ACCESS_REFUSED"))
				.as("the queues that it may not declare")
				.hasSize(3);
		}
	}

	private static String definitions() throws IOException {
		JsonObject definitions = parse(Files.readString(ProductionBroker.FILES.resolve("definitions.json")));
		Matcher added = JSON.matcher(Files.readString(Path.of("..", "..", "docs", "security.md")));
		assertThat(added.find()).isTrue();
		parse(added.group(1)).entrySet()
			.forEach((list) -> definitions.getAsJsonArray(list.getKey()).addAll(list.getValue().getAsJsonArray()));
		return definitions.toString();
	}

	private static JsonObject parse(String json) {
		return JsonParser.parseString(json).getAsJsonObject();
	}

}
