package io.rabbitrpc.bench.request;

/**
 * What one call asks for.
 *
 * @param body the request's body
 * @param n the number that stands in the body for <code>{n}</code>
 * @param counter the number that stands there for <code>{counter}</code>
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares it
public record Request(byte[] body, int n, long counter) {

}
