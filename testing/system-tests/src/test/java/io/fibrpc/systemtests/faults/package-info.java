/**
 * Black-box tests of what must not stop the pair: hostile messages, faults of servers,
 * brokers, networks and permissions.
 */
@NullMarked
package io.fibrpc.systemtests.faults;

import org.jspecify.annotations.NullMarked;
