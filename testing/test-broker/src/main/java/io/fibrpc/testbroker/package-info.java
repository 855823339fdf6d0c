/**
 * A real RabbitMQ for tests: a container where Docker answers, else a private node of an
 * installed RabbitMQ; a virtual host for each test, and a proxy for faults of the
 * network.
 */
@NullMarked
package io.fibrpc.testbroker;

import org.jspecify.annotations.NullMarked;
