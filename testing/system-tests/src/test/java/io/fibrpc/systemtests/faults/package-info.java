/**
 * Black-box tests of faults that the pair must survive: hostile messages, and faults of
 * servers, brokers, networks and permissions.
 */
@NullMarked
package io.fibrpc.systemtests.faults;

import org.jspecify.annotations.NullMarked;
