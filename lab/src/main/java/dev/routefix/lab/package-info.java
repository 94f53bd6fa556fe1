/**
 * A LAN in network namespaces: a client, a router with a real DHCP server, nodes and pods. Start at {@link dev.routefix.lab.Lan}.
 */
@NullMarked
package dev.routefix.lab;

import org.jspecify.annotations.NullMarked;
