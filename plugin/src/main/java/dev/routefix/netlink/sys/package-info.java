/** The only code that calls the C library, one class for each kind of thing it is asked for. What is said over the sockets is others' business. */
@NullMarked
package dev.routefix.netlink.sys;

import org.jspecify.annotations.NullMarked;
