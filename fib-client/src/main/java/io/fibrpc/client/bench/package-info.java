/**
 * The load tester: drives any tutorial-style RPC server and measures how it answers.
 */
@NullMarked
package io.fibrpc.client.bench;

import org.jspecify.annotations.NullMarked;
