/**
 * Network namespaces: the way into one, and the conversation with its kernel tables. Start at {@link dev.routefix.netlink.namespace.Namespace}; the
 * system calls below it are in {@code netlink.sys}, the messages in {@code netlink.codec}.
 */
@NullMarked
package dev.routefix.netlink.namespace;

import org.jspecify.annotations.NullMarked;
