package io.fibrpc.systemtests.page;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A Chromium without a window. Where there is none, the tests of the class are left out,
 * unless {@code FIB_TEST_BROWSER=required}.
 */
final class Browser implements BeforeAllCallback, AfterAllCallback {

	/** The width of a window that shows all of the page side by side. */
	static final int WIDE = 1320;

	private static final int HEIGHT = 1000;

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final Duration SCRIPT_TIMEOUT = Duration.ofSeconds(30);

	// Warns of a Chromium that is newer than itself
	private static final Logger LOGGER = Logger.getLogger("org.openqa.selenium");

	static {
		LOGGER.setLevel(Level.SEVERE);
	}

	private @Nullable ChromeDriver driver;

	@Override
	public void beforeAll(ExtensionContext context) {
		Optional<File> chromium = program("chromium", "chromium-browser", "google-chrome");
		Optional<File> chromedriver = program("chromedriver");
		boolean found = chromium.isPresent() && chromedriver.isPresent();
		if ("required".equals(System.getenv("FIB_TEST_BROWSER"))) {
			assertThat(found).as("There is a chromium, and a chromedriver").isTrue();
		}
		Assumptions.assumeTrue(found, "There is no chromium, or no chromedriver: the page is not tested in a browser");
		ChromeOptions options = new ChromeOptions().setBinary(chromium.orElseThrow());
		options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
				"--hide-scrollbars");
		this.driver = new ChromeDriver(
				new ChromeDriverService.Builder().usingDriverExecutable(chromedriver.orElseThrow())
					.usingAnyFreePort()
					.build(),
				options);
		this.driver.manage().timeouts().scriptTimeout(SCRIPT_TIMEOUT);
	}

	private static Optional<File> program(String... names) {
		List<String> folders = Arrays.asList(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1));
		return Stream.of(names)
			.flatMap((name) -> folders.stream().map((folder) -> new File(folder, name)))
			.filter(File::canExecute)
			.findFirst();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		if (this.driver != null) {
			this.driver.quit();
		}
	}

	private ChromeDriver driver() {
		return Objects.requireNonNull(this.driver);
	}

	/**
	 * Opens a page.
	 * @param address its address
	 * @param width the width of the window
	 * @param scheme light or dark
	 * @param motion whether things may move
	 */
	void open(String address, int width, String scheme, boolean motion) {
		setSize(width, HEIGHT);
		driver().executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme),
						Map.of("name", "prefers-reduced-motion", "value", motion ? "no-preference" : "reduce"))));
		driver().get(address);
		// What the test before has seen
		driver().executeScript("sessionStorage.clear()");
		driver().navigate().refresh();
	}

	private void setSize(int width, long height) {
		driver().executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
	}

	/**
	 * The text of the first element, as it can be read, on one line.
	 * @param selector selects the element
	 * @return its text, or an empty one if there is no element
	 */
	String text(String selector) {
		return String.join("\n", texts(selector).stream().limit(1).toList());
	}

	// By one script, because the page may replace an element meanwhile
	@SuppressWarnings("unchecked")
	List<String> texts(String selector) {
		return (List<String>) Objects.requireNonNull(run(
				"return [...document.querySelectorAll(arguments[0])].map((found) => found.innerText.trim().replace(/\\s+/g, ' '))",
				selector));
	}

	/**
	 * Waits for a text.
	 * @param selector selects the element, whose text is the first one that matters
	 * @param part what stands in the text
	 */
	void awaitText(String selector, String part) {
		await().atMost(SOON).untilAsserted(() -> assertThat(text(selector)).contains(part));
	}

	/**
	 * Asks for a number.
	 * @param n the number
	 */
	void ask(String n) {
		type("#n", n);
		click("#ask-form .main");
	}

	void press(CharSequence... keys) {
		new Actions(driver()).sendKeys(keys).perform();
	}

	WebElement element(String selector) {
		return driver().findElement(By.cssSelector(selector));
	}

	void click(String selector) {
		element(selector).click();
	}

	void type(String selector, CharSequence... keys) {
		WebElement input = element(selector);
		input.clear();
		input.sendKeys(keys);
	}

	@Nullable Object run(String script, Object... arguments) {
		return driver().executeScript(script, arguments);
	}

	/**
	 * What stands in the way of people who use a screen reader, a keyboard, or who see
	 * badly.
	 * @return a line for each violation of a rule
	 * @see <a href="https://github.com/dequelabs/axe-core">axe-core</a>
	 */
	String barriers() {
		try (InputStream axe = Objects.requireNonNull(Browser.class.getResourceAsStream("/axe.min.js"))) {
			driver().executeScript(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return String.valueOf(driver().executeAsyncScript("""
				const done = arguments[arguments.length - 1];
				axe.run().then((results) => done(results.violations.map((violation) =>
					violation.id + ': ' + violation.nodes.map((node) => node.html).join(', ')).join('\\n')));
				"""));
	}

	/**
	 * Writes a picture of the page.
	 * @param file where to
	 * @param bottom selects the last element that shall be seen
	 */
	void picture(Path file, String bottom) {
		Number width = (Number) Objects.requireNonNull(run("return innerWidth"));
		Number height = (Number) Objects.requireNonNull(run(
				"return Math.ceil(document.querySelector(arguments[0]).getBoundingClientRect().bottom + scrollY) + 10",
				bottom));
		setSize(width.intValue(), height.longValue());
		try {
			Files.createDirectories(file.getParent());
			Files.write(file, driver().getScreenshotAs(OutputType.BYTES));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
