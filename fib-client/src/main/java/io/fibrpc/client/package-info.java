/**
 * The client: a class for your code to call, the demo request and the command line.
 */
@NullMarked
package io.fibrpc.client;

import org.jspecify.annotations.NullMarked;
