package io.fibrpc.systemtests.faults;

/**
 * The faults that tests make, by their numbers in the fault catalogue (X if a fault is
 * not there), each with what must come of it.
 */
enum FaultCase {

	A1("A1", "there is no queue", "UNAVAILABLE within 1 s"),

	A2("A2", "the queue has no consumer", "UNAVAILABLE within 1 s; the request expires and is never run"),

	A3("A3", "the server is slower than the deadline", "DEADLINE_EXCEEDED; the late reply is dropped"),

	A4("A4", "a server is frozen (SIGSTOP)", "the value, from another server, after the heartbeat has ended it"),

	A5("A5", "the queue is full", "RESOURCE_EXHAUSTED within 1 s"),

	A5_DROPPED("A5", "a full queue drops its oldest request",
			"DEADLINE_EXCEEDED; nothing says that a server has taken it"),

	A6("A6", "the deadline is 1 ms", "DEADLINE_EXCEEDED; the requests expire and none is left"),

	B1("B1", "a server is killed before the work", "the value, from another server"),

	B2("B2", "a server is killed during the work", "the value, from another server"),

	B3("B3", "a server dies after the reply, before the acknowledgement",
			"the value once; the duplicate goes to no other call"),

	B4("B4", "a request kills each server that takes it",
			"the third names the command that ends it, a delivery limit: dead letter after the fourth; others are answered"),

	B6("B6", "the broker is killed and comes back", "UNAVAILABLE at once; values within 10 s of its return"),

	B7("B7", "the broker is restarted", "UNAVAILABLE at once; values within 10 s of its return"),

	B8("B8", "the broker starts after the programs", "both recover within 10 s"),

	B9("B9", "two servers are restarted in turn under load", "each call has its value"),

	B10("B10", "SIGTERM during work that is longer than the grace",
			"the server ends all the same; another one answers"),

	B11("B11", "the queue is deleted under the server", "UNAVAILABLE, then values within 10 s"),

	C1("C1", "connections are reset", "UNAVAILABLE at once, then values within 10 s"),

	C2("C2", "a black hole between client and broker",
			"DEADLINE_EXCEEDED or UNAVAILABLE in time; noticed within 25 s; values within 10 s of its end"),

	C3("C3", "a black hole between server and broker", "DEADLINE_EXCEEDED in time; values within 10 s of its end"),

	ONE_CONNECTION_SILENT("X", "nothing passes on the server's connection for requests alone, or on that for replies",
			"failures in time; values within 10 s, by another connection (heartbeats of 2 s)"),

	C4("C4", "300 ms of latency each way", "each call has its value"),

	C7("C7", "a client's connection is lost and RabbitMQ has not noticed",
			"UNAVAILABLE at once, then values within 10 s"),

	C8("C8", "the broker's memory alarm", "UNAVAILABLE at once for new calls; values within 10 s of its end"),

	C8_START("C8", "the broker's memory or disk alarm is there before the programs", "UNAVAILABLE, exit code 5"),

	C11_NEXT("C11", "the first of several addresses refuses", "the value, by the next"),

	C11_UNKNOWN("C11", "the broker's host is unknown", "UNAVAILABLE, exit code 5"),

	C12("C12", "the broker's limit of connections or channels is reached", "RESOURCE_EXHAUSTED, exit code 6"),

	D1("D1", "a reply comes after the deadline", "DEADLINE_EXCEEDED; the next call gets its own value"),

	D2_REQUESTS("D2", "two requests in work have one correlation id", "each has its value"),

	D2_CALLS("D2", "replies to many calls of one client come in reverse order",
			"no two calls have the same correlation id; each has its value"),

	E12_FLOOD("E12", "500 Java-serialised arrays that claim 2^31 - 1 bytes",
			"INVALID_ARGUMENT; the server's heap is as before"),

	E12_FILTER("E12", "no class may be deserialised (-Djdk.serialFilter=!*)", "both programs work"),

	E22_33("E22", "headers nested 33 deep", "the value; neighbours are answered, and no connection is lost"),

	E22_TAKEN_TOGETHER("E22", "the same among 50 requests that the server has taken together",
			"the value; neighbours are answered, and no connection is lost"),

	E22_12000("E22", "headers nested 12,000 deep", "the value; neighbours are answered, and no connection is lost"),

	E22_POLICY("E22", "the same on a queue with a delivery limit",
			"the value; neighbours are answered, and no connection is lost"),

	E22_LARGE("E22", "a body that is larger than the server takes",
			"INVALID_ARGUMENT; neighbours are answered, and no connection is lost"),

	LARGE_REQUESTS("X", "40 requests of 3 MB and 10 of 10 MB at once, with a heap of 64 MiB",
			"INVALID_ARGUMENT, or RESOURCE_EXHAUSTED where there is no room; neighbours are answered"),

	REPLY_TOO_LARGE("X", "a reply that is larger than the broker takes",
			"INTERNAL with both sizes; neighbours have their values, and the server is ready"),

	F1("F1", "a reply that is empty or no number", "INTERNAL"),

	F3("F3", "a reply that is a Java-serialised object", "INTERNAL; nothing is deserialised"),

	F4("F4", "a reply with an unknown status", "INTERNAL"),

	LARGEST_REPLIES("X", "40 replies of 4 MiB at once, with a heap of 256 MiB",
			"INTERNAL or RESOURCE_EXHAUSTED; the next call has its value"),

	LONG_VALUE("X", "a value of 500,000 digits, among 60 calls a second", "each call has its value, the others in 1 s"),

	HANDLER_TIMEOUT("X", "a server works for longer than its handler-timeout",
			"DEADLINE_EXCEEDED at once, however long the deadline is"),

	CONSUMER_TIMEOUT("X", "a server works for longer than RabbitMQ's consumer_timeout",
			"it takes the next request within 10 s, while the first is still in work"),

	G1("G1", "the password is wrong", "PERMISSION_DENIED, exit code 7; the password is not shown"),

	PASSWORD_CHANGED("X", "the password is changed while the programs run, and they lose their connections",
			"PERMISSION_DENIED in time; both go on, and values come within 10 s of the old password"),

	G2("G2", "the virtual host is missing", "PERMISSION_DENIED, exit code 7"),

	G3("G3", "the client's user may not write", "PERMISSION_DENIED within 1 s, exit code 7"),

	G3_REPLIES("G3", "the server's user may not send replies",
			"DEADLINE_EXCEEDED in time; the server is not ready; values within 10 s of the permission"),

	G4("G4", "the server's user may not declare", "the server uses the queue that exists and warns once"),

	TLS("X", "TLS, and a certificate as it should be", "the value"),

	G5_AUTHORITY("G5", "TLS, and a certificate of an unknown authority", "PERMISSION_DENIED, exit code 7"),

	G5_HOST("G5", "TLS, and another host's certificate", "PERMISSION_DENIED, exit code 7"),

	G5_EXPIRED("G5", "TLS, and an expired certificate", "PERMISSION_DENIED, exit code 7"),

	G5_PLAIN_BROKER("G5", "TLS to a plain port", "PERMISSION_DENIED, exit code 7"),

	G5_PLAIN_PROGRAM("G5", "no TLS to a TLS port", "PERMISSION_DENIED, exit code 7"),

	G6("G6", "the queue exists with other arguments", "the server uses it as it is and warns once"),

	G7("G7", "ten times the load that the server can do, 64 calls in flight a client",
			"at least 80 % of its capacity in values, the rest RESOURCE_EXHAUSTED"),

	G8("G8", "5,000 callers of one client at once", "values, and RESOURCE_EXHAUSTED beyond those in flight"),

	G10("G10", "clocks of client and server are an hour apart", "the value; no message carries a time"),

	G14("G14", "the dead-letter queue is full", "the oldest dead letter goes; requests are answered"),

	G15("G15", "somebody looks at the web port", "health, info and metrics, and nothing else"),

	DEAD_LETTERS_DELETED("X", "the dead-letter queue is deleted, then a request comes that cannot be answered",
			"the queue is declared again and keeps it; the value, for the next one"),

	G16("G16", "the policy is set, and the dead-letter queue is missing while requests expire",
			"those requests are lost; the value, from the next server"),

	GRACEFUL_STOP("X", "SIGTERM while requests are at work and prefetched",
			"exit code 143; what was begun is answered, the rest by another server"),

	BROKER_PAUSED("X", "the broker is frozen (SIGSTOP)", "DEADLINE_EXCEEDED in time; values within 10 s of its end"),

	CLOSED_BY_OPERATOR("X", "an operator closes all connections", "UNAVAILABLE at once, then values within 10 s"),

	SILENCE_BEFORE_CLIENTS("X", "two addresses, 512 callers: one reads nothing more, then the other loses every packet",
			"failures in time, values within 25 s by the other; SIGTERM ends the client within 10 s"),

	SILENCE_BEFORE_SERVER("X", "every packet between a busy server and the broker is lost",
			"it is not ready; no reply is lost, and values within 10 s of its end"),

	CLUSTER_LEADER_LOST("X", "three nodes: the one that leads the queue is killed and stays away",
			"failures in time; within 10 s values, and nothing else, for every client"),

	CLUSTER_KILLED("X", "three nodes: each in turn is killed", "failures in time; values within 10 s, by the others"),

	CLUSTER_STOPPED("X", "three nodes: each in turn is stopped", "failures in time; values within 10 s, by the others"),

	CLUSTER_FROZEN("X", "three nodes: each in turn is frozen (SIGSTOP)",
			"failures in time; values within 25 s, by the others"),

	CLUSTER_MAJORITY_LOST("X", "three nodes: two are killed at once and come back",
			"failures in time; values within 10 s of their return"),

	CUT_INSIDE_FRAME("X", "a connection is cut inside a frame", "UNAVAILABLE at once, then values within 10 s"),

	BYTE_BY_BYTE("X", "one byte at a time", "each call has its value"),

	UNANSWERABLE_FLOOD("X", "1,000 unanswerable requests", "1,000 dead letters, at most 3 lines in the log"),

	SOAK("X", "faults at random", "no value is wrong, no call is lost; counts return to where they were");

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
