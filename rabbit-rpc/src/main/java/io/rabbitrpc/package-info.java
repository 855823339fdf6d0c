/**
 * What servers and clients share: statuses, the names of headers, and deadlines.
 */
@NullMarked
package io.rabbitrpc;

import org.jspecify.annotations.NullMarked;
