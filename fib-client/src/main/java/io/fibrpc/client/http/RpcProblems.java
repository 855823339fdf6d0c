package io.fibrpc.client.http;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Turns a call without a value into a problem.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
@RestControllerAdvice
final class RpcProblems {

	private static final String RETRY_SECONDS = "1";

	@ExceptionHandler
	ResponseEntity<ProblemDetail> problem(RpcException outcome) {
		HttpStatus status = httpStatus(outcome.status());
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, outcome.getMessage());
		problem.setProperty("rpcStatus", outcome.status());
		problem.setProperty("mayHaveRun", outcome.mayHaveRun());
		ResponseEntity.BodyBuilder response = ResponseEntity.status(status);
		if (status == HttpStatus.SERVICE_UNAVAILABLE || status == HttpStatus.TOO_MANY_REQUESTS) {
			response.header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
		}
		return response.body(problem);
	}

	// gRPC's own mapping, except for PERMISSION_DENIED:
	// https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
	private HttpStatus httpStatus(RpcStatus status) {
		return switch (status) {
			case OK -> HttpStatus.OK;
			case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> HttpStatus.BAD_REQUEST;
			case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
			case NOT_FOUND -> HttpStatus.NOT_FOUND;
			case ALREADY_EXISTS, ABORTED -> HttpStatus.CONFLICT;
			case RESOURCE_EXHAUSTED -> HttpStatus.TOO_MANY_REQUESTS;
			// The broker refused the client's login. The HTTP caller is not to blame
			case PERMISSION_DENIED -> HttpStatus.BAD_GATEWAY;
			case UNIMPLEMENTED -> HttpStatus.NOT_IMPLEMENTED;
			case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
			case DEADLINE_EXCEEDED -> HttpStatus.GATEWAY_TIMEOUT;
			// Nobody waits for the answer of a cancelled call
			case INTERNAL, UNKNOWN, DATA_LOSS, CANCELLED -> HttpStatus.INTERNAL_SERVER_ERROR;
		};
	}

}
