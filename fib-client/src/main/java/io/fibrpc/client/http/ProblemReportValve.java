package io.fibrpc.client.http;

import java.io.IOException;

import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/**
 * Answers with a problem, instead of Tomcat's HTML page, when Tomcat refuses a request
 * before Spring sees it, for instance a malformed one. The answer contains nothing of the
 * request.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
final class ProblemReportValve extends ErrorReportValve {

	private static final String PROBLEM = """
			{"title":"%s","status":%d,"detail":"%s"}""";

	@Override
	protected void report(Request request, Response response, @Nullable Throwable failure) {
		HttpStatus status = HttpStatus.resolve(response.getStatus());
		if (status == null || !status.isError() || response.getContentWritten() > 0 || !response.setErrorReported()) {
			return;
		}
		try {
			response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
			response.getOutputStream()
				.print(PROBLEM.formatted(status.getReasonPhrase(), status.value(),
						status.is4xxClientError() ? "the request cannot be read" : "the request cannot be served"));
			response.finishResponse();
		}
		catch (IOException ex) {
			// The caller has gone
		}
	}

	/**
	 * Puts the valve next to the application, before Boot's.
	 */
	@Component
	static final class Customizer implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

		@Override
		public void customize(TomcatServletWebServerFactory factory) {
			factory.addContextCustomizers(
					(context) -> context.getParent().getPipeline().addValve(new ProblemReportValve()));
		}

	}

}
