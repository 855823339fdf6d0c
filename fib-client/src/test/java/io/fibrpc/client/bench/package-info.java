/**
 * Tests of the load tester.
 */
@NullMarked
package io.fibrpc.client.bench;

import org.jspecify.annotations.NullMarked;
