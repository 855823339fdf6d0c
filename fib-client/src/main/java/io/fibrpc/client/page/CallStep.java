package io.fibrpc.client.page;

import org.jspecify.annotations.Nullable;

/**
 * One step of a call.
 *
 * @param call a number that is the same for all steps of a call
 * @param step {@code requested}, {@code confirmed}, {@code replied} or {@code ended}
 * @param micros microseconds since the call began, by this client's clock
 * @param message what was sent or received, if the step has a message
 * @param workMicros how many microseconds the server worked, if its reply says so
 * @param outcome how the call ended, in the last step
 */
record CallStep(long call, String step, long micros, @Nullable WireMessage message, @Nullable Long workMicros,
		@Nullable Outcome outcome) {

	/**
	 * How a call ended.
	 *
	 * @param status the status
	 * @param sentence why there is no value, or {@code null} if there is one
	 * @param mayHaveRun whether a server may have run the call, if it failed
	 */
	record Outcome(String status, @Nullable String sentence, boolean mayHaveRun) {
	}

}
