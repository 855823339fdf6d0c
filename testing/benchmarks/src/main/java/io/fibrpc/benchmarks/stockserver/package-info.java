/**
 * A server as tutorials have it: Spring Boot with nothing set.
 */
@NullMarked
package io.fibrpc.benchmarks.stockserver;

import org.jspecify.annotations.NullMarked;
