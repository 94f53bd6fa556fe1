/** Who a pod is to DHCP servers, and what it was given, on disk. Start at {@link dev.routefix.dhcp.lease.LeaseStore}. */
@NullMarked
package dev.routefix.dhcp.lease;

import org.jspecify.annotations.NullMarked;
