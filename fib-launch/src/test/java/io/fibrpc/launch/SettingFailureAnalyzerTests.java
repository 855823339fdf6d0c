package io.fibrpc.launch;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

import io.fibrpc.launch.RenamedSettings.RenamedSettingException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link SettingFailureAnalyzer}.
 */
class SettingFailureAnalyzerTests {

	private static final String SETTING = "fib.client.setting";

	static Stream<Arguments> values() {
		return Stream.of(Arguments.of(Duration.class, "soon", "a duration such as 500ms, 2s or 1m"),
				Arguments.of(DataSize.class, "much", "a size such as 64KB or 16MB"),
				Arguments.of(Boolean.class, "maybe", "true or false"),
				Arguments.of(Integer.class, "many", "a whole number"),
				Arguments.of(Long.class, "1.5", "a whole number"), Arguments.of(Fast.class, "2", "very or not-at-all"),
				Arguments.of(UUID.class, "none", "a UUID"));
	}

	@ParameterizedTest
	@MethodSource("values")
	void aValueThatCannotBeReadIsOneSentenceWithWhatTheSettingTakes(Class<?> type, String value, String takes) {
		BindException failure = catchThrowableOfType(BindException.class,
				() -> bind(Map.of(SETTING, value), SETTING, type, BindHandler.DEFAULT));
		assertThat(sentence(failure)).isEqualTo("%s must be %s, not '%s'".formatted(SETTING, takes, value));
	}

	@Test
	void aValueThatIsRefusedIsOneSentenceWithTheReason() {
		assertThat(sentence(new InvalidConfigurationPropertyValueException(SETTING, 0, "must be from 1 to 1000")))
			.isEqualTo("%s must be from 1 to 1000, not '0'".formatted(SETTING));
		assertThat(
				sentence(new InvalidConfigurationPropertyValueException(SETTING, 0, "must be 1 or more: none works")))
			.isEqualTo("%s must be 1 or more, not '0': none works".formatted(SETTING));
	}

	@Test
	void aNameThatNoSettingHasIsOneSentence() {
		BindException failure = catchThrowableOfType(BindException.class,
				() -> bind(Map.of(SETTING, "1", "fib.client.no-such", "1"), "fib.client", Settings.class,
						new NoUnboundElementsBindHandler(BindHandler.DEFAULT)));
		assertThat(sentence(failure)).isEqualTo("fib.client.no-such: there is no such setting");
	}

	@Test
	void anOldNameIsOneSentence() {
		assertThat(sentence(new RenamedSettingException("this is now that"))).isEqualTo("this is now that");
	}

	@Test
	void theCauseMayBeDeep() {
		assertThat(sentence(new IllegalStateException("no bean", new RenamedSettingException("this is now that"))))
			.isEqualTo("this is now that");
	}

	@Test
	void failuresThatConcernNoSettingAreLeftToOthers() {
		assertThat(new SettingFailureAnalyzer().analyze(new IllegalStateException("no bean"))).isNull();
	}

	private static void bind(Map<String, String> settings, String name, Class<?> type, BindHandler handler) {
		new Binder(new MapConfigurationPropertySource(settings)).bind(name, Bindable.of(type), handler);
	}

	private static String sentence(Throwable failure) {
		return Objects.requireNonNull(new SettingFailureAnalyzer().analyze(failure)).getDescription();
	}

	/**
	 * What a setting may take.
	 */
	enum Fast {

		VERY, NOT_AT_ALL

	}

	/**
	 * All settings that there are.
	 *
	 * @param setting the only one
	 */
	record Settings(int setting) {

	}

}
