/**
 * Tests that documents agree with the project.
 */
@NullMarked
package io.rabbitrpc.documents;

import org.jspecify.annotations.NullMarked;
