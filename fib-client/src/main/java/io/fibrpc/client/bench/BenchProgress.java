package io.fibrpc.client.bench;

/**
 * Shows how the measuring goes on.
 */
interface BenchProgress {

	void begin(BenchRow row, Measurement measurement);

	void tick();

	void end();

}
