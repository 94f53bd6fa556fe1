/**
 * A container runtime on a node of the LAN, as a user has it: containerd, a registry, pods attached by containerd's own CNI calls,
 * and a DaemonSet's pod run as the kubelet runs it. Start at {@link dev.routefix.lab.containerd.Containerd}.
 */
@NullMarked
package dev.routefix.lab.containerd;

import org.jspecify.annotations.NullMarked;
