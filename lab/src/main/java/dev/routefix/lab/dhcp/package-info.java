/**
 * Real DHCP servers, as routers have them, and what they remember. Start at {@link dev.routefix.lab.dhcp.DhcpServer}.
 */
@NullMarked
package dev.routefix.lab.dhcp;

import org.jspecify.annotations.NullMarked;
