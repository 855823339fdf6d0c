/**
 * Tests of the load tester.
 */
@NullMarked
package io.rabbitrpc.bench;

import org.jspecify.annotations.NullMarked;
