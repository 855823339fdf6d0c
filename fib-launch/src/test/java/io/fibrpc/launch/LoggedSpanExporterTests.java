package io.fibrpc.launch;

import java.net.ConnectException;
import java.util.Collection;
import java.util.List;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LoggedSpanExporter}.
 */
@ExtendWith(OutputCaptureExtension.class)
class LoggedSpanExporterTests {

	private CompletableResultCode result = CompletableResultCode.ofSuccess();

	private final LoggedSpanExporter exporter = new LoggedSpanExporter(new CollectorStandIn());

	@Test
	void collectorThatIsAwayIsOneLineEachWay(CapturedOutput output) {
		this.exporter.export(List.of());
		assertThat(output).isEmpty();
		this.result = CompletableResultCode
			.ofExceptionalFailure(new IllegalStateException(new ConnectException("Connection refused")));
		for (int i = 0; i < 5; i++) {
			this.exporter.export(List.of());
		}
		assertThat(output.toString().lines()).singleElement()
			.asString()
			.contains("WARN", "Spans cannot be sent", "Connection refused");
		this.result = CompletableResultCode.ofSuccess();
		this.exporter.export(List.of());
		this.exporter.export(List.of());
		assertThat(output.toString().lines()).hasSize(2).last().asString().contains("INFO", "Spans are sent again");
	}

	@Test
	void collectorThatRefusesIsOneLine(CapturedOutput output) {
		this.result = CompletableResultCode.ofFailure();
		this.exporter.export(List.of());
		assertThat(output).contains("the collector refuses them");
	}

	/**
	 * Sends spans with the result that the test says.
	 */
	private final class CollectorStandIn implements SpanExporter {

		@Override
		public CompletableResultCode export(Collection<SpanData> spans) {
			return LoggedSpanExporterTests.this.result;
		}

		@Override
		public CompletableResultCode flush() {
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode shutdown() {
			return CompletableResultCode.ofSuccess();
		}

	}

}
