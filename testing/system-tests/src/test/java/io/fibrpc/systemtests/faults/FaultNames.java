package io.fibrpc.systemtests.faults;

import java.lang.reflect.Method;
import java.util.List;

import org.junit.jupiter.api.DisplayNameGenerator;

/**
 * Names each test by its case.
 */
final class FaultNames extends DisplayNameGenerator.Standard {

	@Override
	public String generateDisplayNameForMethod(List<Class<?>> enclosingInstanceTypes, Class<?> testClass,
			Method testMethod) {
		Fault fault = testMethod.getAnnotation(Fault.class);
		return (fault != null) ? fault.value().toString()
				: super.generateDisplayNameForMethod(enclosingInstanceTypes, testClass, testMethod);
	}

}
