/**
 * Lets operators see the calls: meters, spans and health, as far as the application has
 * Micrometer and Boot's health.
 */
@NullMarked
package io.rabbitrpc.client.observation;

import org.jspecify.annotations.NullMarked;
