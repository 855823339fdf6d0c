package io.fibrpc.testbroker;

import java.nio.file.Path;

/**
 * One RabbitMQ that can be stopped, killed and started again on the same port with the
 * same data. Whoever starts it waits until it answers AMQP.
 */
interface BrokerNode {

	/** The Erlang VM sleeps at once. By default, it first waits busily for more work. */
	String NO_BUSY_WAIT = "+sbwt none +sbwtdcpu none +sbwtdio none";

	String host();

	int port();

	// As Erlang knows it
	String nodeName();

	// A node that can form a cluster with this one. Call it before the first start, and
	// close this node last: the others use what belongs to it
	BrokerNode another();

	// Adds lines of rabbitmq.conf to the configuration of the next start
	void configure(String settings);

	// Before the first start: the broker listens for TLS alone
	void configureTls(Path configuration, Path secrets);

	void start();

	void stop();

	void kill();

	void pause();

	void resume();

	boolean isRunning();

	// The last lines that the broker wrote, for the message of a failure
	String log();

	String rabbitmqctl(String... arguments);

	// Ends the broker and removes what it left
	void close();

}
