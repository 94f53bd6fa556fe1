/**
 * What a DHCP client says and when (RFC 2131, section 4.4), as values and state machines that do no input or output and know no clock: they are given frames and the time, and give
 * back what is to be sent and when they want to be asked again. Times are milliseconds since any moment that is the same for all. Start at
 * {@link dev.routefix.dhcp.machine.Acquisition}, which gets an address, and {@link dev.routefix.dhcp.machine.Renewal}, which keeps it.
 */
@NullMarked
package dev.routefix.dhcp.machine;

import org.jspecify.annotations.NullMarked;
