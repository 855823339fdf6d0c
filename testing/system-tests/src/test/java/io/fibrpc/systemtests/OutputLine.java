package io.fibrpc.systemtests;

/**
 * A line that a process has written.
 *
 * @param text the line
 * @param nanos when it was read, by {@link System#nanoTime}
 */
public record OutputLine(String text, long nanos) {

}
