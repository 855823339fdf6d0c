package io.fibrpc.testbroker;

/**
 * One RabbitMQ that can be stopped, killed and started again on the same port with the
 * same data. Whoever starts it waits until it answers AMQP.
 */
interface BrokerNode {

	String host();

	int port();

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
