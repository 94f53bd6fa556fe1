/**
 * The relay: a static executable that hands one call to the resident and its answer back, written byte by byte by this package, and the
 * protocol the two speak. docs/relay.md explains it. Start at {@link dev.routefix.relay.Relay}, and for what the executable does at
 * {@link dev.routefix.relay.RelayProgram}.
 */
@NullMarked
package dev.routefix.relay;

import org.jspecify.annotations.NullMarked;
