/**
 * What servers and clients share: statuses, the names of headers, and the meaning of
 * broker failures.
 */
@NullMarked
package io.rabbitrpc;

import org.jspecify.annotations.NullMarked;
