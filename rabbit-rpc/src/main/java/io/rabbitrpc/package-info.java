/**
 * What servers and clients of any queue have in common: statuses, the names of headers,
 * and what a failure of the broker means.
 */
@NullMarked
package io.rabbitrpc;

import org.jspecify.annotations.NullMarked;
