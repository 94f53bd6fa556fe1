/**
 * What the kernel's routing, link, address and neighbour tables hold, as plain values, and the changes one can ask for.
 * Start at {@link dev.routefix.netlink.Netlink}. IPv4 and IPv6 are data here ({@link dev.routefix.netlink.Family}), never two methods.
 *
 * <p>The values that are compared on every CNI call write out {@code equals} and {@code hashCode}: a record's own are linked by method handles
 * when first used, which costs a JVM started for that call some 20 ms. For the same reason {@code codec} does without a type switch there.
 */
@NullMarked
package dev.routefix.netlink;

import org.jspecify.annotations.NullMarked;
