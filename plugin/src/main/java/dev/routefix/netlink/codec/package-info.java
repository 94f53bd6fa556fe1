/** Netlink messages as bytes and back, one class per kernel struct, no system call. */
@NullMarked
package dev.routefix.netlink.codec;

import org.jspecify.annotations.NullMarked;
