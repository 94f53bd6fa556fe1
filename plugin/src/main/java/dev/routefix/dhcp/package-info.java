/** Addresses from the LAN's DHCP server: who asks, what was given, and the client itself. */
@org.jspecify.annotations.NullMarked
package dev.routefix.dhcp;
