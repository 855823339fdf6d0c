package io.fibrpc.client.http;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Parameter;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import io.rabbitrpc.client.ReplyMode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.fibrpc.client.RunningClient;
import io.fibrpc.client.StandInServer;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that {@code /openapi.json} describes what the code does.
 */
@Tag("broker")
class OpenApiTests {

	private static final JsonMapper JSON = new JsonMapper();

	private static VirtualHost host;

	private static Connection connection;

	private static RunningClient client;

	private static JsonNode document;

	@BeforeAll
	static void start() throws Exception {
		host = TestBroker.shared().createVirtualHost();
		connection = host.connect();
		client = RunningClient.start(host.springProperties(), ReplyMode.DIRECT);
		HttpResponse<String> response = client.get("/openapi.json");
		assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
		document = JSON.readTree(response.body());
		try (Channel channel = connection.createChannel()) {
			channel.queueDeclare("rpc_queue", true, false, false, Map.of("x-queue-type", "quorum"));
		}
		StandInServer.start(host, "rpc_queue", OpenApiTests::answer);
	}

	@AfterAll
	static void close() {
		client.close();
		connection.abort(5_000);
		host.close();
	}

	// fib(n) ends with HTTP status n, if a server can cause that status
	private static void answer(StandInServer server, Delivery request) throws IOException {
		switch (new String(request.getBody(), StandardCharsets.US_ASCII)) {
			case "200" -> server.reply(request, "55", Map.of("x-rpc-server", "one", "x-rpc-work-us", 5L));
			case "201" -> server.reply(request, "55", null);
			case "400" -> fail(server, request, "INVALID_ARGUMENT");
			case "429" -> fail(server, request, "RESOURCE_EXHAUSTED");
			case "500" -> fail(server, request, "INTERNAL");
			case "502" -> fail(server, request, "PERMISSION_DENIED");
			case "503" -> fail(server, request, "UNAVAILABLE");
			default -> {
			}
		}
	}

	private static void fail(StandInServer server, Delivery request, String status) throws IOException {
		server.reply(request, "error: it failed", Map.of("x-rpc-status", status));
	}

	@Test
	void pathsAndMethodsAreThoseOfTheCode() {
		Map<String, List<String>> mapped = new TreeMap<>();
		handlers().keySet()
			.forEach((info) -> info.getPatternValues()
				.forEach((pattern) -> mapped.put(pattern,
						info.getMethodsCondition().getMethods().stream().map((method) -> method.name()).toList())));
		Map<String, List<String>> described = new TreeMap<>();
		document.get("paths")
			.properties()
			.forEach((path) -> described.put(path.getKey(),
					path.getValue().propertyNames().stream().map((name) -> name.toUpperCase(Locale.ROOT)).toList()));
		assertThat(described).isEqualTo(mapped);
	}

	@Test
	void parametersAreThoseOfTheCode() {
		HandlerMethod handler = handlers().values().iterator().next();
		TreeSet<String> taken = new TreeSet<>();
		for (Parameter parameter : handler.getMethod().getParameters()) {
			for (Annotation annotation : parameter.getAnnotations()) {
				if (annotation instanceof PathVariable path) {
					taken.add("path " + path.value());
				}
				else if (annotation instanceof RequestParam query) {
					taken.add("query " + query.name());
				}
				else if (annotation instanceof RequestHeader header) {
					taken.add("header " + header.name());
				}
			}
		}
		TreeSet<String> described = new TreeSet<>();
		operation().get("parameters")
			.forEach((parameter) -> described
				.add(parameter.get("in").asString() + " " + parameter.get("name").asString()));
		assertThat(described).isEqualTo(taken);
	}

	@ParameterizedTest
	@CsvSource({ "/fibonacci/200, application/json, 200", "/fibonacci/201, application/json, 200",
			"/fibonacci/200, text/plain, 200", "/fibonacci/400, */*, 400", "/fibonacci/abc, */*, 400",
			"/fibonacci/200, image/png, 406", "/fibonacci/429, */*, 429", "/fibonacci/500, */*, 500",
			"/fibonacci/502, */*, 502", "/fibonacci/503, */*, 503", "/fibonacci/504?deadline=50ms, */*, 504" })
	void responseIsAsDescribed(String path, String accepted, int status) {
		HttpResponse<String> response = client.get(path, "Accept", accepted);
		assertThat(response.statusCode()).isEqualTo(status);
		JsonNode described = resolved(operation().get("responses").get(String.valueOf(status)));
		String type = response.headers().firstValue(HttpHeaders.CONTENT_TYPE).orElse("").replaceFirst(";.*", "");
		assertThat(described.get("content").propertyNames()).contains(type);
		if (type.endsWith("json")) {
			assertThat(schema(described.get("content").get(type).get("schema")).validate(response.body(),
					InputFormat.JSON))
				.isEmpty();
		}
		JsonNode headers = described.get("headers");
		if (headers != null) {
			assertThat(headers.propertyNames())
				.allSatisfy((name) -> assertThat(response.headers().firstValue(name)).isPresent());
		}
	}

	@Test
	void notModifiedIsDescribed() {
		assertThat(client.get("/fibonacci/200", "If-None-Match", "*").statusCode()).isEqualTo(304);
		assertThat(operation().get("responses").propertyNames()).contains("304");
	}

	private static Map<RequestMappingInfo, HandlerMethod> handlers() {
		Map<RequestMappingInfo, HandlerMethod> handlers = new HashMap<>(
				client.bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class).getHandlerMethods());
		handlers.values().removeIf((handler) -> !handler.getBeanType().getName().startsWith("io.fibrpc."));
		// Tomcat sends refused requests there. No caller asks for it
		handlers.values().removeIf((handler) -> ErrorController.class.isAssignableFrom(handler.getBeanType()));
		return handlers;
	}

	private static JsonNode operation() {
		return document.get("paths").get("/fibonacci/{n}").get("get");
	}

	private static JsonNode resolved(JsonNode node) {
		JsonNode reference = node.get("$ref");
		return (reference != null) ? document.at(reference.asString().substring(1)) : node;
	}

	private static Schema schema(JsonNode schema) {
		ObjectNode whole = JSON.createObjectNode();
		whole.set("components", document.get("components"));
		whole.set("$ref", schema.get("$ref"));
		return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(whole);
	}

}
