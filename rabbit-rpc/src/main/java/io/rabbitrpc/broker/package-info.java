/**
 * What both sides know of the broker itself: its address, what its failures mean, and
 * which of Boot's settings for it are refused.
 */
@NullMarked
package io.rabbitrpc.broker;

import org.jspecify.annotations.NullMarked;
