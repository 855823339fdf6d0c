/**
 * Shows operators the calls: meters, spans and health, each if the application has its
 * library.
 */
@NullMarked
package io.rabbitrpc.client.observation;

import org.jspecify.annotations.NullMarked;
