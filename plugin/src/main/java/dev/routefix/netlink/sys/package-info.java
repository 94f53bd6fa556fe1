/** The only code that calls the C library: network namespaces and netlink sockets. Start at {@link dev.routefix.netlink.sys.Namespace}. */
@NullMarked
package dev.routefix.netlink.sys;

import org.jspecify.annotations.NullMarked;
