/**
 * What runs inside a program of the tests, among the program's own classes.
 */
@NullMarked
package io.fibrpc.systemtests.inside;

import org.jspecify.annotations.NullMarked;
