/**
 * The CNI protocol, specification 1.1.0: what a runtime asks and what a plugin answers. Start at {@link dev.routefix.cni.CniRequest}. Nothing
 * here touches the network.
 */
@NullMarked
package dev.routefix.cni;

import org.jspecify.annotations.NullMarked;
