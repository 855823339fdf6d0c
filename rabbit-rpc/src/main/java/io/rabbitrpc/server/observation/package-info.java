/**
 * Shows operators the work of listeners: meters, spans and health, each if the
 * application has its library.
 */
@NullMarked
package io.rabbitrpc.server.observation;

import org.jspecify.annotations.NullMarked;
