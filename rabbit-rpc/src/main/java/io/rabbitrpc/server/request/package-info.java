/**
 * What a server takes of a request, and why it cannot answer one. Internal: applications
 * have no use for it.
 */
@NullMarked
package io.rabbitrpc.server.request;

import org.jspecify.annotations.NullMarked;
