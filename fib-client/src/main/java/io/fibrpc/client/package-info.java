/**
 * The client: a library to call, and its edges - the demo, the command line and the load
 * tester.
 */
@NullMarked
package io.fibrpc.client;

import org.jspecify.annotations.NullMarked;
