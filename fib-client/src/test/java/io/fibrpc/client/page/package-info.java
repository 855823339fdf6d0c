/**
 * Tests of the page at {@code /}.
 */
@NullMarked
package io.fibrpc.client.page;

import org.jspecify.annotations.NullMarked;
