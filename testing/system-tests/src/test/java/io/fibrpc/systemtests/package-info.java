/**
 * Black-box tests: the two executable jars run as processes on a real broker, with peers
 * that behave on the wire like the published tutorial programs.
 */
@NullMarked
package io.fibrpc.systemtests;

import org.jspecify.annotations.NullMarked;
