/**
 * What the kernel's routing, link, address and neighbour tables hold, as plain values, and the changes one can ask for.
 * Start at {@link dev.routefix.netlink.Netlink}. IPv4 and IPv6 are data here ({@link dev.routefix.netlink.Family}), never two methods.
 */
@NullMarked
package dev.routefix.netlink;

import org.jspecify.annotations.NullMarked;
