package io.fibrpc.launch;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.util.unit.DataSize;

import io.fibrpc.launch.RenamedSettings.RenamedSettingException;

/**
 * Turns a wrong setting into one sentence that names the setting and its possible values.
 */
final class SettingFailureAnalyzer extends AbstractFailureAnalyzer<Throwable> implements Ordered {

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, Throwable cause) {
		InvalidConfigurationPropertyValueException invalid = findCause(rootFailure,
				InvalidConfigurationPropertyValueException.class);
		if (invalid != null) {
			return analysis(sentence(rootFailure, invalid), invalid);
		}
		RenamedSettingException renamed = findCause(rootFailure, RenamedSettingException.class);
		if (renamed != null) {
			return analysis(String.valueOf(renamed.getMessage()), renamed);
		}
		BindException unbindable = findCause(rootFailure, BindException.class);
		return (unbindable != null) ? analysis(sentence(unbindable), unbindable) : null;
	}

	private FailureAnalysis analysis(String sentence, Exception cause) {
		return new FailureAnalysis(sentence, null, cause);
	}

	private String sentence(Throwable rootFailure, InvalidConfigurationPropertyValueException ex) {
		ConversionFailedException conversion = findCause(rootFailure, ConversionFailedException.class);
		String reason = (conversion != null) ? "must be " + takes(conversion.getTargetType().getResolvableType())
				: ex.getReason();
		// What must be, and after a colon why
		String[] parts = String.valueOf(reason).split("(?=: )", 2);
		return "%s %s, not '%s'%s".formatted(ex.getName(), parts[0], ex.getValue(), (parts.length > 1) ? parts[1] : "");
	}

	private String sentence(BindException ex) {
		UnboundConfigurationPropertiesException unbound = findCause(ex, UnboundConfigurationPropertiesException.class);
		if (unbound != null) {
			return unbound.getUnboundProperties()
				.stream()
				.map((property) -> property.getName().toString())
				.collect(Collectors.joining(", "))
				.concat(": there is no such setting");
		}
		ConfigurationProperty property = ex.getProperty();
		return (property != null) ? "%s must be %s, not '%s'".formatted(property.getName(),
				takes(ex.getTarget().getType()), property.getValue())
				: "%s cannot be read: %s".formatted(ex.getName(), ex.getMessage());
	}

	private String takes(ResolvableType type) {
		Class<?> target = type.toClass();
		if (target.isEnum()) {
			return Arrays.stream(target.getEnumConstants())
				.map((constant) -> constant.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
				.collect(Collectors.joining(" or "));
		}
		if (target == Duration.class) {
			return "a duration such as 500ms, 2s or 1m";
		}
		if (target == DataSize.class) {
			return "a size such as 64KB or 16MB";
		}
		if (target == boolean.class || target == Boolean.class) {
			return "true or false";
		}
		if (target == int.class || target == Integer.class || target == long.class || target == Long.class) {
			return "a whole number";
		}
		return "a " + target.getSimpleName();
	}

}
