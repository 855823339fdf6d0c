package io.fibrpc.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import tools.jackson.databind.JsonNode;

/**
 * What was measured by one command on one machine.
 *
 * @param name of the section
 * @param environment where and how, by name
 * @param measures the lines of the table
 */
record Section(String name, Map<String, String> environment, List<Measure> measures) {

	static Section of(JsonNode node) {
		Map<String, String> environment = new TreeMap<>();
		node.path("environment")
			.properties()
			.forEach((entry) -> environment.put(entry.getKey(), entry.getValue().asString()));
		List<Measure> measures = new ArrayList<>();
		node.path("measures").forEach((measure) -> measures.add(Measure.of(measure)));
		return new Section(node.path("name").asString(), environment, measures);
	}

	String environment(String key) {
		return this.environment.getOrDefault(key, "unknown");
	}

}
