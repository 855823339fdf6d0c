package io.fibrpc.client.page;

/**
 * Something that all viewers are told.
 *
 * @param name its name in the stream
 * @param data what is written as JSON
 */
record PageEvent(String name, Object data) {
}
