package io.rabbitrpc.client.proxy;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.GenericTypeResolver;

/**
 * Registers what a native image needs for an interface: its implementation, its methods,
 * and the types that it sends and reads. If a method cannot be a call, the build fails.
 */
final class RpcServiceAotProcessor implements BeanRegistrationAotProcessor {

	private static final BindingReflectionHintsRegistrar BINDING = new BindingReflectionHintsRegistrar();

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
		if (bean.getMergedBeanDefinition().getResolvableType().toClass() != RpcServiceFactoryBean.class) {
			return null;
		}
		Class<?> type = Objects
			.requireNonNull(bean.getMergedBeanDefinition().getResolvableType().getGeneric(0).resolve());
		List<ServiceMethod> methods = ServiceCalls.methods(type, UnaryOperator.identity());
		return (generated, code) -> {
			RuntimeHints hints = generated.getRuntimeHints();
			hints.proxies().registerJdkProxy(type);
			hints.reflection().registerType(type, MemberCategory.INVOKE_PUBLIC_METHODS);
			methods.forEach((method) -> BINDING.registerReflectionHints(hints.reflection(), exchanged(type, method)));
		};
	}

	private static Type[] exchanged(Class<?> type, ServiceMethod call) {
		Method method = call.method();
		List<Type> types = new ArrayList<>(List.of(method.getGenericReturnType()));
		types.addAll(call.payloads());
		return types.stream().map((each) -> GenericTypeResolver.resolveType(each, type)).toArray(Type[]::new);
	}

}
