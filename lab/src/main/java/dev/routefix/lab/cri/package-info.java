/**
 * A kubelet's side of the Container Runtime Interface: sandboxes and containers made and taken away by containerd's CRI socket, gRPC over
 * a unix socket. Start at {@link dev.routefix.lab.cri.Cri}.
 */
@NullMarked
package dev.routefix.lab.cri;

import org.jspecify.annotations.NullMarked;
