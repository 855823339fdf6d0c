package io.fibrpc.systemtests.faults;

/**
 * The faults that tests cause, each with its number and its outcome.
 */
enum FaultCase {

	A1("A1", "there is no queue", "UNAVAILABLE within 1 s"),

	A2("A2", "the queue has no consumer", "UNAVAILABLE within 1 s; the request expires and is never run"),

	A3("A3", "the server is slower than the deadline", "DEADLINE_EXCEEDED; the late reply is dropped"),

	A4("A4", "a server is frozen (SIGSTOP)",
			"the value, from another server, once heartbeats have closed the frozen server's connections"),

	SHARD_WITHOUT_SERVERS("X", "one of the queue's two shards has no server",
			"UNAVAILABLE within 1 s for calls that go there; soon all calls go to the other shard and have their values"),

	A5("A5", "the queue is full", "RESOURCE_EXHAUSTED within 1 s"),

	A5_DROPPED("A5", "a full queue drops its oldest request",
			"DEADLINE_EXCEEDED; the message does not claim that a server took the request"),

	A6("A6", "the deadline is 1 ms", "DEADLINE_EXCEEDED; the requests expire, and the queue is empty afterwards"),

	B1("B1", "a server is killed before the work", "the value, from another server"),

	B2("B2", "a server is killed during the work", "the value, from another server"),

	B3("B3", "a server dies after it replied and before it acknowledged",
			"the value, once; the second reply is dropped"),

	B4("B4", "a request kills every server that takes it",
			"the third server logs the command that sets a delivery limit; with it the request becomes a dead letter after the fourth server; other requests are answered"),

	B6("B6", "the broker is killed and comes back", "UNAVAILABLE at once; values within 10 s of its return"),

	B7("B7", "the broker is restarted", "UNAVAILABLE at once; values within 10 s of its return"),

	B8("B8", "the broker starts after the programs", "both recover within 10 s"),

	B9("B9", "two servers are restarted in turn under load", "each call has its value"),

	B10("B10", "SIGTERM during work that is longer than the grace",
			"the server stops when the grace is over; another server answers"),

	B11("B11", "the queue is deleted under the server", "UNAVAILABLE, then values within 10 s"),

	C1("C1", "connections are reset", "UNAVAILABLE at once, then values within 10 s"),

	C2("C2", "the network between client and broker loses every packet",
			"DEADLINE_EXCEEDED or UNAVAILABLE in time; the client notices within 25 s; values within 10 s after the network works again"),

	C3("C3", "the network between server and broker loses every packet",
			"DEADLINE_EXCEEDED in time; values within 10 s after the network works again"),

	ONE_CONNECTION_SILENT("X",
			"only one of the server's connections is silent: the one for requests, or the one for replies",
			"failures in time; values within 10 s, over a new connection (heartbeats of 2 s)"),

	C4("C4", "300 ms of latency each way", "each call has its value"),

	C7("C7", "a client loses its connection, and RabbitMQ does not notice",
			"UNAVAILABLE at once, then values within 10 s"),

	C8("C8", "the broker raises its memory alarm",
			"UNAVAILABLE at once for new calls; values within 10 s after the alarm ends"),

	C8_START("C8", "the programs start while the broker has a memory or disk alarm", "UNAVAILABLE, exit code 5"),

	C11_NEXT("C11", "the first of several broker addresses refuses the connection", "the value, over the next address"),

	C11_NUMBERS("C11", "one of the numbers of the broker's host name takes connections and says nothing",
			"the value, over the next number"),

	C11_REFUSED("C11", "one of several broker addresses refuses the login, and nobody answers at the others",
			"PERMISSION_DENIED, exit code 7; the message names the address that refuses"),

	C11_UNKNOWN("C11", "the broker's host is unknown", "UNAVAILABLE, exit code 5"),

	C12("C12", "the broker's limit of connections or channels is reached", "RESOURCE_EXHAUSTED, exit code 6"),

	D1("D1", "a reply comes after the deadline", "DEADLINE_EXCEEDED; the next call gets its own value"),

	D2_REQUESTS("D2", "a server works on two requests with the same correlation id", "each has its value"),

	D2_CALLS("D2", "replies to many calls of one client come in reverse order",
			"no two calls have the same correlation id; each has its value"),

	E12_FLOOD("E12", "500 Java-serialised arrays, each of which claims to have 2^31 - 1 bytes",
			"INVALID_ARGUMENT; the server's heap does not grow"),

	E12_FILTER("E12", "no class may be deserialised (-Djdk.serialFilter=!*)", "both programs work"),

	E22_33("E22", "headers nested 33 levels deep", "the value; other requests are answered, and no connection is lost"),

	E22_TAKEN_TOGETHER("E22", "the same, as one of 50 requests that the server has prefetched",
			"the value; other requests are answered, and no connection is lost"),

	E22_12000("E22", "headers nested 12,000 levels deep",
			"the value; other requests are answered, and no connection is lost"),

	E22_POLICY("E22", "the same on a queue with a delivery limit",
			"the value; other requests are answered, and no connection is lost"),

	E22_LARGE("E22", "a body larger than the server accepts",
			"INVALID_ARGUMENT; other requests are answered, and no connection is lost"),

	LARGE_REQUESTS("X", "40 requests of 3 MB and 10 of 10 MB at once, with a heap of 64 MiB",
			"INVALID_ARGUMENT, or RESOURCE_EXHAUSTED if the server has no room; other requests are answered"),

	REPLY_TOO_LARGE("X", "a reply larger than the broker accepts",
			"INTERNAL, with both sizes in the message; other calls get their values, and the server stays ready"),

	F1("F1", "a reply that is empty or not a number", "INTERNAL"),

	F3("F3", "a reply that is a Java-serialised object", "INTERNAL; nothing is deserialised"),

	F4("F4", "a reply with an unknown status", "INTERNAL"),

	LARGEST_REPLIES("X", "40 replies of 4 MiB at once, with a heap of 256 MiB",
			"INTERNAL or RESOURCE_EXHAUSTED; the next call has its value"),

	LONG_VALUE("X", "a value of 500,000 digits, among 60 calls a second",
			"each call has its value, the other calls within 1 s"),

	EXPENSIVE_REQUEST("X", "one of a server's two consumers works on fib(5,000,000), while 60 others wait at a time",
			"each request has its reply, the others first"),

	HANDLER_TIMEOUT("X", "a server works for longer than its handler-timeout",
			"DEADLINE_EXCEEDED at that moment, even if the deadline is later"),

	CONSUMER_TIMEOUT("X", "a server works for longer than RabbitMQ's consumer_timeout",
			"it takes the next request within 10 s, while it still works on the first"),

	G1("G1", "the password is wrong", "PERMISSION_DENIED, exit code 7; no output shows the password"),

	PASSWORD_CHANGED("X",
			"the password is changed at the broker while the programs run, and they lose their connections",
			"PERMISSION_DENIED in time; both programs keep running; values within 10 s after the old password is set again"),

	GUEST("X", "guest with RabbitMQ's own password, at a host that is not this machine",
			"both programs refuse to start, exit code 1, and name both ways out"),

	G2("G2", "the virtual host is missing", "PERMISSION_DENIED, exit code 7"),

	G3("G3", "the client's user may not write", "PERMISSION_DENIED within 1 s, exit code 7"),

	G3_REPLIES("G3", "the server's user may not send replies",
			"DEADLINE_EXCEEDED in time; the server is not ready; values within 10 s after it gets the permission"),

	G4("G4", "the server's user may not declare queues", "the server uses the queue that exists and warns once"),

	TLS("X", "TLS with a valid certificate", "the value"),

	G5_AUTHORITY("G5", "TLS with a certificate from an unknown authority", "PERMISSION_DENIED, exit code 7"),

	G5_HOST("G5", "TLS with a certificate for another host", "PERMISSION_DENIED, exit code 7"),

	G5_EXPIRED("G5", "TLS with an expired certificate", "PERMISSION_DENIED, exit code 7"),

	G5_PLAIN_BROKER("G5", "a program uses TLS, and the broker's port does not", "PERMISSION_DENIED, exit code 7"),

	NO_CERTIFICATE("X", "the broker requires a certificate, and the client has none",
			"PERMISSION_DENIED, or UNAVAILABLE if the client does not read the reason; exit code 7 or 5"),

	TLS_RENEWED("X", "the broker's certificate expires while programs run, and is renewed",
			"PERMISSION_DENIED in time; at most 4 attempts to connect a second; values within 10 s of the renewal"),

	G5_PLAIN_PROGRAM("G5", "a program does not use TLS, and the broker's port does", "PERMISSION_DENIED, exit code 7"),

	G6("G6", "the queue exists with other arguments", "the server uses it as it is and warns once"),

	G7("G7", "ten times the load that the server can do, with 64 calls in flight per client",
			"values at 80 % or more of the server's capacity; RESOURCE_EXHAUSTED for the other calls"),

	G8("G8", "5,000 callers of one client at once",
			"values for the calls that the client's limit lets through, RESOURCE_EXHAUSTED for the others"),

	G10("G10", "clocks of client and server are an hour apart", "the value; no message carries a time of day"),

	G14("G14", "the dead-letter queue is full", "the queue drops its oldest dead letter; requests are answered"),

	G15("G15", "somebody scans the web port", "it answers with health, info and metrics, and nothing else"),

	DEAD_LETTERS_DELETED("X", "the dead-letter queue is deleted, then an unanswerable request arrives",
			"the server declares the queue again and puts the request there; the value for the next request"),

	G16("G16", "requests expire while the policy is set and the dead-letter queue is missing",
			"those requests are lost; the next server to start answers with the value"),

	GRACEFUL_STOP("X", "SIGTERM while a server works and has prefetched more requests",
			"exit code 143; the server answers what it has begun, another server answers the rest"),

	BROKER_PAUSED("X", "the broker is frozen (SIGSTOP)",
			"DEADLINE_EXCEEDED in time; values within 10 s after it runs again"),

	CLOSED_BY_OPERATOR("X", "an operator closes all connections", "UNAVAILABLE at once, then values within 10 s"),

	SILENCE_BEFORE_CLIENTS("X",
			"two broker addresses, 512 callers: one address stops reading, then the other loses every packet",
			"failures in time, values within 25 s over the other address; SIGTERM ends the client within 10 s"),

	SILENCE_BEFORE_SERVER("X", "the network between a busy server and the broker loses every packet",
			"the server is not ready; no reply is lost; values within 10 s after the network works again"),

	SERVER_NOT_READ("X", "nothing more is read of what a busy server writes, on either of its connections",
			"it is not ready; no reply is lost; values within 10 s, over new connections (heartbeats of 2 s)"),

	CLUSTER_LEADER_LOST("X", "three nodes: the leader of the queue is killed and does not come back",
			"failures in time; after 10 s every call of every client has its value"),

	CLUSTER_KILLED("X", "three nodes: each in turn is killed", "failures in time; values within 10 s, from the others"),

	CLUSTER_STOPPED("X", "three nodes: each in turn is stopped",
			"failures in time; values within 10 s, from the others"),

	CLUSTER_FROZEN("X", "three nodes: each in turn is frozen (SIGSTOP)",
			"failures in time; values within 25 s, from the others"),

	CLUSTER_MAJORITY_LOST("X", "three nodes: two are killed together and come back",
			"failures in time; values within 10 s of their return"),

	CLUSTER_DISK_ALARM("X", "three nodes: one of them raises its disk alarm",
			"UNAVAILABLE at once for new calls of every client; values within 10 s after the alarm ends"),

	CLUSTER_NODE_CUT_OFF("X", "three nodes: each in turn is cut off from the others, and comes back (pause_minority)",
			"failures in time; values within 10 s: with RabbitMQ 3 from the others, with RabbitMQ 4 of its return"),

	CLUSTER_PARTITION("X", "three nodes: all are cut off from each other, and come back (pause_minority)",
			"failures in time; values within 10 s of their return"),

	CLUSTER_ROLLING_RESTART("X", "three nodes: each in turn is restarted with another configuration",
			"failures in time; values within 10 s, from the others"),

	CLUSTER_LEADER_MOVED("X", "three nodes: the leader of the queue is moved to each of them",
			"failures in time; values within 1 s"),

	CUT_INSIDE_FRAME("X", "a connection is cut inside a frame", "UNAVAILABLE at once, then values within 10 s"),

	BYTE_BY_BYTE("X", "the network delivers one byte at a time", "each call has its value"),

	UNANSWERABLE_FLOOD("X", "1,000 unanswerable requests", "1,000 dead letters, and at most 3 lines in the log"),

	SOAK("X", "faults at random", "no value is wrong, no call is lost; no connection, queue, thread or memory leaks");

	private final String number;

	private final String title;

	private final String outcome;

	FaultCase(String number, String title, String outcome) {
		this.number = number;
		this.title = title;
		this.outcome = outcome;
	}

	String number() {
		return this.number;
	}

	String title() {
		return this.title;
	}

	String outcome() {
		return this.outcome;
	}

	@Override
	public String toString() {
		return "%s %s: %s".formatted(this.number, this.title, this.outcome);
	}

}
