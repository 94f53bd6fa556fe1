package dev.routefix.plan;

import dev.routefix.netlink.Link;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an interface of the node must be so that macvlans on it are machines of the LAN. */
public final class LanInterface {

    private LanInterface() {}

    /**
     * What keeps it from that, one line each with the cure; empty if nothing does.
     *
     * @param setting that names it, such as {@code MASTER_IFACE}
     * @param link null if there is none of that name
     * @param wireless whether what it sends leaves by Wi-Fi
     * @param lower the interface that it is made on; null if it is none, or not here
     * @param controller the bridge or bond that it is a port of; null if it is none
     */
    public static List<String> problems(
            String setting,
            String ifname,
            @Nullable Link link,
            boolean wireless,
            @Nullable Link lower,
            @Nullable Link controller) {
        var name = setting + " " + ifname;
        if (link == null) {
            return List.of(name + " does not exist on this node: set it to the interface that is on the LAN");
        }
        var problems = new ArrayList<String>();
        if ((link.flags() & Link.LOOPBACK) != 0) {
            problems.add(name + " is the loopback interface: set it to the interface that is on the LAN");
        } else if (!link.isUp()) {
            problems.add(name + " is down: ip link set " + ifname + " up, or choose another");
        } else if (link.mac() == null) {
            problems.add(name + " is no Ethernet interface, and macvlan needs one: choose another");
        }
        if (wireless) {
            problems.add(
                    name + " is wireless, and access points refuse a second hardware address: use a wired interface");
        }
        if (link.kind().equals("macvlan") || link.kind().equals("ipvlan")) {
            // the kernel puts a macvlan that is asked for on a macvlan beside it
            var below = lower == null ? "the interface below it" : lower.name();
            problems.add(name + " is itself a " + link.kind() + " of " + below
                    + ", and pods' packets would not leave by it: give the node's address to " + below
                    + " and remove " + ifname + ", then set " + setting + "=" + below);
        }
        if (link.controller() != 0) {
            var other = controller == null ? "interface" : controller.name();
            problems.add(name + " is a port of " + (controller == null ? "another" : controller.kind()) + " " + other
                    + " and can carry no macvlan: set " + setting + "=" + other);
        }
        return problems;
    }
}
