package io.rabbitrpc.client.proxy;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.BaseStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.util.Assert;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.client.RpcReply;
import io.rabbitrpc.client.proxy.ServiceMethod.PreparedCall;

/**
 * How a method returns its outcome.
 */
@FunctionalInterface
interface ServiceResult {

	/**
	 * Makes the call, or prepares it for later.
	 * @param call gives the call, or throws
	 * @return the method's return value
	 */
	@Nullable Object of(Supplier<PreparedCall> call);

	/**
	 * Chooses the way for a method's return type.
	 * @param name the method's name in sentences
	 * @param type the interface that has the method
	 * @param method the method
	 * @return the way
	 * @throws IllegalArgumentException if a call cannot have this return type
	 */
	static ServiceResult of(String name, Class<?> type, Method method) {
		ResolvableType returned = resolved(type, method);
		Class<?> raw = returned.toClass();
		if (raw == CompletableFuture.class || raw == CompletionStage.class || raw == Future.class) {
			return future(value(name, returned.getGeneric(0)));
		}
		if (raw.getName().equals("reactor.core.publisher.Mono")) {
			return MonoResult.of(value(name, returned.getGeneric(0)));
		}
		boolean many = Future.class.isAssignableFrom(raw) || BaseStream.class.isAssignableFrom(raw) || isPublisher(raw);
		Assert.isTrue(!many, () -> "%s cannot return a %s: a call has a value, a CompletableFuture or a Mono of one"
			.formatted(name, raw.getSimpleName()));
		return value(name, returned)::wait;
	}

	// Mono may be missing from the class path
	private static boolean isPublisher(Class<?> type) {
		return type.getName().equals("org.reactivestreams.Publisher")
				|| Stream.of(type.getInterfaces()).anyMatch(ServiceResult::isPublisher)
				|| (type.getSuperclass() != null && isPublisher(type.getSuperclass()));
	}

	private static ResolvableType resolved(Class<?> type, Method method) {
		return ResolvableType.forType(GenericTypeResolver.resolveType(method.getGenericReturnType(), type));
	}

	private static Value value(String name, ResolvableType type) {
		Class<?> raw = type.resolve();
		Assert.isTrue(raw != null, () -> name + " does not say which type its value has");
		if (raw == RpcReply.class) {
			Assert.isTrue(type.getGeneric(0).resolve() != null, () -> name + " does not say which type its value has");
			return new Value(type.getGeneric(0).getType(), true);
		}
		return new Value((raw == void.class) ? Void.class : type.getType(), false);
	}

	private static ServiceResult future(Value value) {
		return (call) -> {
			try {
				return value.later(call);
			}
			catch (RpcException ex) {
				return CompletableFuture.failedFuture(ex);
			}
		};
	}

	/**
	 * The type to read from a reply.
	 *
	 * @param type the type of its value
	 * @param whole whether the method returns the whole reply
	 */
	record Value(Type type, boolean whole) {

		Object wait(Supplier<PreparedCall> prepared) {
			PreparedCall call = prepared.get();
			RpcReply<Object> reply = call.call()
				.callForReply(call.payload(), ParameterizedTypeReference.forType(this.type));
			return this.whole ? reply : reply.value();
		}

		CompletableFuture<?> later(Supplier<PreparedCall> prepared) {
			PreparedCall call = prepared.get();
			ParameterizedTypeReference<Object> reference = ParameterizedTypeReference.forType(this.type);
			return this.whole ? call.call().callForReplyAsync(call.payload(), reference)
					: call.call().callAsync(call.payload(), reference);
		}

	}

}
