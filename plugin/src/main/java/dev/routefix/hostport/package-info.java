/**
 * Ports of the node that lead to pods: what {@code portMappings} ask for, as a table of nftables that says what the records say. Start at
 * {@link dev.routefix.hostport.HostPorts}.
 */
@NullMarked
package dev.routefix.hostport;

import org.jspecify.annotations.NullMarked;
