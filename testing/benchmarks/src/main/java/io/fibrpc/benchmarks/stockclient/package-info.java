/**
 * A client as tutorials have it: Spring Boot with nothing set.
 */
@NullMarked
package io.fibrpc.benchmarks.stockclient;

import org.jspecify.annotations.NullMarked;
