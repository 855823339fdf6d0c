package io.fibrpc.systemtests.faults;

/**
 * The faults from which the soak test chooses at random.
 */
enum SoakFault {

	SERVER_KILLED(4), SERVER_FROZEN(3), CLIENTS_RESET(4), SERVERS_RESET(4), CONNECTIONS_CLOSED(2), HOSTILE_REQUESTS(4),
	BROKER_RESTARTED(1);

	private final int weight;

	SoakFault(int weight) {
		this.weight = weight;
	}

	/**
	 * Chooses a fault.
	 * @param random a number from 0 to 1, 1 excluded
	 * @return the fault. Rare faults are chosen rarely
	 */
	static SoakFault of(double random) {
		int total = 0;
		for (SoakFault fault : values()) {
			total += fault.weight;
		}
		double left = random * total;
		for (SoakFault fault : values()) {
			left -= fault.weight;
			if (left < 0) {
				return fault;
			}
		}
		return BROKER_RESTARTED;
	}

}
