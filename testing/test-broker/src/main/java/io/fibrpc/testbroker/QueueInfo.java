package io.fibrpc.testbroker;

/**
 * The result of a passive declaration.
 *
 * @param name its name
 * @param ready how many messages wait in it, without those that a consumer holds
 * @param consumers how many consumers it has
 */
public record QueueInfo(String name, int ready, int consumers) {

}
