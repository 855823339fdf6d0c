package io.rabbitrpc.bench.request;

/**
 * The request of one call.
 *
 * @param body the request's body
 * @param n the number in place of <code>{n}</code> in the body
 * @param counter the number in place of <code>{counter}</code>
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares it
public record Request(byte[] body, int n, long counter) {

}
