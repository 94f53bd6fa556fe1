/** Addresses from the LAN's DHCP server: who asks, what was given, and the client itself. */
@NullMarked
package dev.routefix.dhcp;

import org.jspecify.annotations.NullMarked;
