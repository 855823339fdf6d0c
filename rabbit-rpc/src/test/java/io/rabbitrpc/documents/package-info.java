/**
 * Tests that documents say what is there.
 */
@NullMarked
package io.rabbitrpc.documents;

import org.jspecify.annotations.NullMarked;
