package io.fibrpc.systemtests.faults;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayNameGenerator;

/**
 * Names each test by its cases.
 */
final class FaultNames extends DisplayNameGenerator.Standard {

	@Override
	public String generateDisplayNameForMethod(List<Class<?>> enclosingInstanceTypes, Class<?> testClass,
			Method testMethod) {
		Fault fault = testMethod.getAnnotation(Fault.class);
		return (fault != null) ? Stream.of(fault.value()).map(FaultCase::toString).collect(Collectors.joining(", "))
				: super.generateDisplayNameForMethod(enclosingInstanceTypes, testClass, testMethod);
	}

}
