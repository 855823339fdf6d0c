package io.fibrpc.systemtests;

import java.util.List;

/**
 * How a program ended.
 *
 * @param exitCode its exit code
 * @param output the lines of its standard output
 * @param errors the lines of its error output
 */
public record ProgramResult(int exitCode, List<String> output, List<String> errors) {

}
