package io.rabbitrpc.documents;

import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the diagram of modules in {@code CONTRIBUTING.md} agrees with the poms.
 */
class ModulesDiagramTests {

	private static final Pattern ARROW = Pattern.compile("(?m)^ *([\\w-]+ (?:-->|-\\.->) [\\w-]+)$");

	@Test
	void arrowsAreTheDependenciesOfThePoms() throws Exception {
		List<String> diagrams = Document.of("CONTRIBUTING.md").blocks("mermaid");
		assertThat(diagrams).singleElement()
			.satisfies((diagram) -> assertThat(ARROW.matcher(diagram).results()).map((arrow) -> arrow.group(1))
				.containsExactlyInAnyOrderElementsOf(arrows()));
	}

	@Test
	void tableNamesEachModule() throws Exception {
		assertThat(Document.of("CONTRIBUTING.md").text())
			.contains(modules().stream().map((module) -> "| `%s` |".formatted(module)).toArray(CharSequence[]::new));
	}

	private static Set<String> arrows() throws Exception {
		Map<String, String> names = new HashMap<>();
		for (String module : modules()) {
			names.put(child(pom(module), "artifactId"), shortName(module));
		}
		Set<String> arrows = new TreeSet<>();
		for (String module : modules()) {
			Element dependencies = (Element) pom(module).getElementsByTagName("dependencies").item(0);
			if (dependencies != null) {
				elements(dependencies.getElementsByTagName("dependency"))
					.filter((dependency) -> names.containsKey(child(dependency, "artifactId")))
					.forEach((dependency) -> arrows.add("%s %s %s".formatted(shortName(module),
							child(dependency, "scope").equals("test") ? "-.->" : "-->",
							names.get(child(dependency, "artifactId")))));
			}
		}
		return arrows;
	}

	private static List<String> modules() throws Exception {
		return elements(pom("").getElementsByTagName("module")).map(Element::getTextContent).toList();
	}

	private static String shortName(String module) {
		return module.replaceFirst(".*/", "");
	}

	private static Element pom(String module) throws Exception {
		File file = Path.of("..", module, "pom.xml").toFile();
		return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file).getDocumentElement();
	}

	private static String child(Element parent, String name) {
		return elements(parent.getChildNodes()).filter((child) -> child.getTagName().equals(name))
			.map(Element::getTextContent)
			.findFirst()
			.orElse("");
	}

	private static Stream<Element> elements(NodeList nodes) {
		return IntStream.range(0, nodes.getLength())
			.mapToObj(nodes::item)
			.filter(Element.class::isInstance)
			.map(Element.class::cast);
	}

}
