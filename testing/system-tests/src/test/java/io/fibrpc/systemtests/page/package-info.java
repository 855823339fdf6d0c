/**
 * Tests of the client's page in a real browser.
 */
@NullMarked
package io.fibrpc.systemtests.page;

import org.jspecify.annotations.NullMarked;
