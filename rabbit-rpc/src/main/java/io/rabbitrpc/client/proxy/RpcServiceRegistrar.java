package io.rabbitrpc.client.proxy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;

import io.rabbitrpc.RpcExchange;

/**
 * Registers the beans that {@link ImportRpcServices} asks for.
 */
final class RpcServiceRegistrar implements ImportBeanDefinitionRegistrar {

	private final Environment environment;

	private final ResourceLoader resources;

	RpcServiceRegistrar(Environment environment, ResourceLoader resources) {
		this.environment = environment;
		this.resources = resources;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
		MergedAnnotation<ImportRpcServices> asked = importing.getAnnotations().get(ImportRpcServices.class);
		Set<Class<?>> types = new LinkedHashSet<>(List.of(asked.getClassArray("types")));
		List<String> packages = List.of(asked.getStringArray("basePackages"));
		if (types.isEmpty() && packages.isEmpty()) {
			packages = List.of(ClassUtils.getPackageName(importing.getClassName()));
		}
		packages.forEach((name) -> types.addAll(find(name)));
		types.forEach((type) -> register(type, registry));
	}

	private List<Class<?>> find(String basePackage) {
		ClassPathScanningCandidateComponentProvider scanner = new Scanner(this.environment);
		scanner.setResourceLoader(this.resources);
		return scanner.findCandidateComponents(basePackage).stream().<Class<?>>map(this::load).toList();
	}

	private Class<?> load(BeanDefinition found) {
		return ClassUtils.resolveClassName(Objects.requireNonNull(found.getBeanClassName()),
				this.resources.getClassLoader());
	}

	private static void register(Class<?> type, BeanDefinitionRegistry registry) {
		if (registry.containsBeanDefinition(type.getName())) {
			return;
		}
		RootBeanDefinition bean = new RootBeanDefinition(RpcServiceFactoryBean.class);
		bean.setTargetType(ResolvableType.forClassWithGenerics(RpcServiceFactoryBean.class, type));
		bean.setAttribute(FactoryBean.OBJECT_TYPE_ATTRIBUTE, type);
		bean.setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR);
		bean.getConstructorArgumentValues().addIndexedArgumentValue(0, type);
		registry.registerBeanDefinition(type.getName(), bean);
	}

	/**
	 * Finds interfaces with {@link RpcExchange} on themselves or on a method.
	 */
	private static final class Scanner extends ClassPathScanningCandidateComponentProvider {

		Scanner(@Nullable Environment environment) {
			super(false);
			if (environment != null) {
				setEnvironment(environment);
			}
			addIncludeFilter((reader, readers) -> {
				AnnotationMetadata found = reader.getAnnotationMetadata();
				return found.hasAnnotation(RpcExchange.class.getName())
						|| found.hasAnnotatedMethods(RpcExchange.class.getName());
			});
		}

		@Override
		protected boolean isCandidateComponent(AnnotatedBeanDefinition found) {
			return found.getMetadata().isInterface() && found.getMetadata().isIndependent();
		}

	}

}
