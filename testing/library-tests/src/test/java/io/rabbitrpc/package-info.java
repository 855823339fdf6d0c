/**
 * Tests of what both sides have in common.
 */
@NullMarked
package io.rabbitrpc;

import org.jspecify.annotations.NullMarked;
