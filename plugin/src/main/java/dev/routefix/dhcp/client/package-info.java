/**
 * DHCP done: by one call ({@link dev.routefix.dhcp.client.OneCall}), or for all pods of a node as long as they are there. All is done in the
 * node's network namespace, by packet sockets on the interface below the pods', so that a lease can be had before its pod is and be kept when nobody runs in the pod.
 */
@NullMarked
package dev.routefix.dhcp.client;

import org.jspecify.annotations.NullMarked;
