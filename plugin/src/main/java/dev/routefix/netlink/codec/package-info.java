/**
 * Netlink messages as bytes and back: one class per kernel struct ({@code NlMsg}, {@code RtMsg}, ...), one per table that joins a struct with its
 * attributes ({@code RouteMessage}, ...), and no system call. Start at {@link dev.routefix.netlink.codec.ChangeMessage} for what is written, at
 * {@link dev.routefix.netlink.codec.NlMsg} for what is read. Buffers hold the machine's own byte order, addresses network order.
 */
@NullMarked
package dev.routefix.netlink.codec;

import org.jspecify.annotations.NullMarked;
