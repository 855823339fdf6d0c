package io.rabbitrpc.server;

import java.util.Objects;

import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.listener.ListenerExecutionFailedException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.annotation.AnnotatedElementUtils;

import io.rabbitrpc.LimitedLog;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcFailure;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.server.request.RequestPropertiesConverter;
import io.rabbitrpc.server.request.UnreadableRequest;

/**
 * Decides what the caller learns of a listener's exception. If nobody has said what an
 * exception means, the caller learns only INTERNAL, and the log has the details.
 */
final class ListenerFailures {

	private final LimitedLog faults = new LimitedLog(LogFactory.getLog(ListenerFailures.class));

	// Created at the first failure, because a listener may depend on a mapper
	private final ObjectProvider<RpcExceptionMapper> mappers;

	ListenerFailures(ObjectProvider<RpcExceptionMapper> mappers) {
		this.mappers = mappers;
	}

	/**
	 * The outcome of a request whose listener failed.
	 * @param request the request
	 * @param thrown the exception of the listener or of its converter
	 * @return the outcome
	 */
	RpcException outcome(Message request, Throwable thrown) {
		Throwable cause = (thrown instanceof ListenerExecutionFailedException && thrown.getCause() != null)
				? thrown.getCause() : thrown;
		RpcException known = known(cause);
		if (known != null) {
			return known;
		}
		String problem = isOfMethod(thrown) ? null : UnreadableRequest.problem(cause);
		if (problem != null) {
			return new RpcException(RpcStatus.INVALID_ARGUMENT, problem, false, cause);
		}
		this.faults.warn("A request (correlation id %s) failed in the server"
			.formatted(RequestPropertiesConverter.loggedId(request)), cause);
		return new RpcException(RpcStatus.INTERNAL, "the server failed to answer", true, cause);
	}

	// An exception of the method itself is not the request's fault, even if it looks like
	// that
	private static boolean isOfMethod(Throwable thrown) {
		return !(thrown instanceof ListenerExecutionFailedException)
				|| String.valueOf(thrown.getMessage()).endsWith("threw exception");
	}

	private @Nullable RpcException known(Throwable cause) {
		if (cause instanceof RpcException outcome) {
			return outcome;
		}
		return this.mappers.orderedStream()
			.map((mapper) -> mapper.map(cause))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseGet(() -> annotated(cause));
	}

	private static @Nullable RpcException annotated(Throwable cause) {
		RpcFailure failure = AnnotatedElementUtils.findMergedAnnotation(cause.getClass(), RpcFailure.class);
		return (failure != null)
				? RpcException.ofReply(failure.value(), String.valueOf(cause.getMessage()), failure.code()) : null;
	}

}
