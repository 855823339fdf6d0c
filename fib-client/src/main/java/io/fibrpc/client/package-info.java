/**
 * The client: a library to call, and its edges - the demo and the command line.
 */
@NullMarked
package io.fibrpc.client;

import org.jspecify.annotations.NullMarked;
