package dev.routefix.installer.doctor;

import dev.routefix.dhcp.client.Leases.Offer;
import dev.routefix.installer.plan.Finding;
import dev.routefix.netlink.LinkAddress;
import java.util.List;

/** What the LAN's DHCP server says to one machine more. */
final class DhcpFindings {

    private DhcpFindings() {}

    /**
     * What is wrong with it.
     *
     * @param parent the interface by which it was asked
     * @param lan the node's addresses there
     */
    static List<Finding> of(Offer offer, String parent, List<LinkAddress> lan) {
        var subject = "DHCP server of " + parent;
        var offered = offer.offered();
        if (offered == null) {
            return List.of(
                    offer.renews()
                            ? Finding.told(
                                    subject,
                                    "the next pod waits for an address until another one goes, and so does every other machine",
                                    "the server renews what it has given and offers nothing to one machine more",
                                    "give its range more addresses, shorten its leases, or set WARM_LEASES=0")
                            : Finding.told(
                                    subject,
                                    "no pod to come gets an address",
                                    "no server has offered one: " + offer.account(),
                                    "start the server, let UDP ports 67 and 68 through, or set MASTER_IFACE to the interface that it is on"));
        }
        var network = offered.address().network();
        if (lan.stream().noneMatch(address -> address.prefix().network().equals(network))) {
            return List.of(Finding.told(
                    subject,
                    "pods to come may not reach anybody",
                    "the server " + offered.server() + " (" + offered.serverMac() + ") offers " + offered.address()
                            + ", and the node has no address in that network",
                    "take that server off the LAN, or set MASTER_IFACE to the interface whose network it is"));
        }
        return List.of();
    }
}
