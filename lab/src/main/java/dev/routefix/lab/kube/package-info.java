/**
 * What kube-proxy and the kubelet write into a node's iptables. Start at {@link dev.routefix.lab.kube.KubeProxy}.
 */
@NullMarked
package dev.routefix.lab.kube;

import org.jspecify.annotations.NullMarked;
