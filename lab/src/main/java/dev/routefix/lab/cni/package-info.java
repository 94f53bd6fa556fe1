/**
 * A runtime's side of CNI: chains of plugins run as libcni runs them. Start at {@link dev.routefix.lab.cni.CniChain}.
 */
@NullMarked
package dev.routefix.lab.cni;

import org.jspecify.annotations.NullMarked;
