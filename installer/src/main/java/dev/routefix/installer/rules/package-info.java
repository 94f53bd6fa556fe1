/** The packet filters of the node. Start at {@link dev.routefix.installer.rules.Iptables}. */
@NullMarked
package dev.routefix.installer.rules;

import org.jspecify.annotations.NullMarked;
