package dev.routefix.lab;

import dev.routefix.lab.net.Netns;

/** A machine on the LAN: a network namespace whose {@code eth0} is plugged into the LAN's bridge. */
public record Host(String name, Netns netns, String address, String mac) {
    /** The name of every host's interface on the LAN. */
    public static final String LINK = "eth0";
}
