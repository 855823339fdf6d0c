/**
 * Classes of the tests that run inside a program, among the program's own classes.
 */
@NullMarked
package io.fibrpc.systemtests.inside;

import org.jspecify.annotations.NullMarked;
