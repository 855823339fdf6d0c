/**
 * Tests of what operators see of the calls.
 */
@NullMarked
package io.rabbitrpc.client.observation;

import org.jspecify.annotations.NullMarked;
