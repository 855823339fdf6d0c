/**
 * A real RabbitMQ for tests: a container if Docker answers, else a private node of an
 * installed RabbitMQ. Each test has a virtual host. A proxy simulates faults of the
 * network.
 */
@NullMarked
package io.fibrpc.testbroker;

import org.jspecify.annotations.NullMarked;
