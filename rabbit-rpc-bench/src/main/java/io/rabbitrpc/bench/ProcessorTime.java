package io.rabbitrpc.bench;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

import com.sun.management.OperatingSystemMXBean;

/**
 * How much processor time this process has used.
 */
final class ProcessorTime {

	private static final OperatingSystemMXBean SYSTEM = ManagementFactory
		.getPlatformMXBean(OperatingSystemMXBean.class);

	private ProcessorTime() {
	}

	static double micros() {
		return SYSTEM.getProcessCpuTime() / (double) TimeUnit.MICROSECONDS.toNanos(1);
	}

}
