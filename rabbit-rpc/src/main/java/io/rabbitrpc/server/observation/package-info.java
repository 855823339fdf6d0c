/**
 * Lets operators see the work of listeners: meters, spans and health, as far as the
 * application has Micrometer and Boot's health.
 */
@NullMarked
package io.rabbitrpc.server.observation;

import org.jspecify.annotations.NullMarked;
