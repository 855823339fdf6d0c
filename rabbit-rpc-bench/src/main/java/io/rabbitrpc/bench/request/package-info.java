/**
 * The requests, and which values are right.
 */
@NullMarked
package io.rabbitrpc.bench.request;

import org.jspecify.annotations.NullMarked;
