/**
 * The page at {@code /}. It draws the calls of this client as they happen.
 */
@NullMarked
package io.fibrpc.client.page;

import org.jspecify.annotations.NullMarked;
