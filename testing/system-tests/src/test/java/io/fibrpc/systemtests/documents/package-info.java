/**
 * Tests of documents that are generated from what the build has made.
 */
@NullMarked
package io.fibrpc.systemtests.documents;

import org.jspecify.annotations.NullMarked;
