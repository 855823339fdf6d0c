/**
 * The load tester: calls the servers of a request queue and measures how they answer.
 */
@NullMarked
package io.rabbitrpc.bench;

import org.jspecify.annotations.NullMarked;
