package io.fibrpc.launch;

import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;

/**
 * Logs one line when spans can no longer be sent, and one when they can again.
 * OpenTelemetry's own exporters print a stack trace each time.
 */
final class LoggedSpanExporter implements SpanExporter {

	private static final Log logger = LogFactory.getLog(LoggedSpanExporter.class);

	private final SpanExporter exporter;

	private final AtomicBoolean failing = new AtomicBoolean();

	LoggedSpanExporter(SpanExporter exporter) {
		this.exporter = exporter;
	}

	@Override
	public CompletableResultCode export(Collection<SpanData> spans) {
		CompletableResultCode result = this.exporter.export(spans);
		return result.whenComplete(() -> report(result.isSuccess(), result.getFailureThrowable()));
	}

	private void report(boolean success, @Nullable Throwable failure) {
		if (!this.failing.compareAndSet(success, !success)) {
			return;
		}
		if (success) {
			logger.info("Spans are sent again");
		}
		else {
			logger.warn("Spans cannot be sent and are dropped meanwhile: " + ((failure != null)
					? NestedExceptionUtils.getMostSpecificCause(failure) : "the collector refuses them"));
		}
	}

	@Override
	public CompletableResultCode flush() {
		return this.exporter.flush();
	}

	@Override
	public CompletableResultCode shutdown() {
		return this.exporter.shutdown();
	}

}
