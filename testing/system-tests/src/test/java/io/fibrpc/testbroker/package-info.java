/**
 * Tests of the broker for tests.
 */
@NullMarked
package io.fibrpc.testbroker;

import org.jspecify.annotations.NullMarked;
