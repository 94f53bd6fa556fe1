package dev.routefix.netlink.codec;

import dev.routefix.netlink.Change;
import dev.routefix.netlink.Change.AddRoute;
import dev.routefix.netlink.Change.CreateMacvlan;
import dev.routefix.netlink.Change.CreatePodMacvlan;
import dev.routefix.netlink.Change.DeleteAddress;
import dev.routefix.netlink.Change.DeleteLink;
import dev.routefix.netlink.Change.DeleteNeighbour;
import dev.routefix.netlink.Change.DeletePolicyRule;
import dev.routefix.netlink.Change.DeleteRoute;
import dev.routefix.netlink.Change.OfLink;
import dev.routefix.netlink.Change.PutAddress;
import dev.routefix.netlink.Change.PutBareAddress;
import dev.routefix.netlink.Change.PutNeighbour;
import dev.routefix.netlink.Change.PutPolicyRule;
import dev.routefix.netlink.Change.PutRoute;
import dev.routefix.netlink.Change.SeekNeighbour;
import dev.routefix.netlink.Change.SetFlags;
import dev.routefix.netlink.Change.SetMac;
import dev.routefix.netlink.Change.SetMtu;
import dev.routefix.netlink.Change.SetRouteLocalnet;
import java.nio.ByteBuffer;

/** The message that asks the kernel for a {@link Change}. */
public final class ChangeMessage {

    private static final int REPLACE = NlMsg.NLM_F_CREATE | NlMsg.NLM_F_REPLACE;
    private static final int APPEND = NlMsg.NLM_F_CREATE | NlMsg.NLM_F_APPEND;
    private static final int CREATE = NlMsg.NLM_F_CREATE | NlMsg.NLM_F_EXCL;

    private ChangeMessage() {}

    /**
     * Appends the message.
     *
     * @param flags 0, or {@link NlMsg#NLM_F_ACK} to be answered also in case of success
     * @param sequence the number the kernel puts on its answer
     */
    public static void write(ByteBuffer out, Change change, int flags, int sequence) {
        int start = out.position();
        // no switch: see dev.routefix.netlink
        if (change instanceof PutRoute(var route)) {
            RouteMessage.write(NlMsg.begin(out, RouteMessage.RTM_NEWROUTE, flags | REPLACE, sequence), route);
        } else if (change instanceof AddRoute(var route)) {
            RouteMessage.write(NlMsg.begin(out, RouteMessage.RTM_NEWROUTE, flags | APPEND, sequence), route);
        } else if (change instanceof DeleteRoute(var route)) {
            RouteMessage.write(NlMsg.begin(out, RouteMessage.RTM_DELROUTE, flags, sequence), route);
        } else if (change instanceof PutPolicyRule(var rule)) {
            PolicyRuleMessage.write(NlMsg.begin(out, PolicyRuleMessage.RTM_NEWRULE, flags | CREATE, sequence), rule);
        } else if (change instanceof DeletePolicyRule(var rule)) {
            PolicyRuleMessage.write(NlMsg.begin(out, PolicyRuleMessage.RTM_DELRULE, flags, sequence), rule);
        } else if (change instanceof PutNeighbour(var neighbour)) {
            NeighbourMessage.write(
                    NlMsg.begin(out, NeighbourMessage.RTM_NEWNEIGH, flags | REPLACE, sequence), neighbour);
        } else if (change instanceof DeleteNeighbour(var neighbour)) {
            NeighbourMessage.write(NlMsg.begin(out, NeighbourMessage.RTM_DELNEIGH, flags, sequence), neighbour);
        } else if (change instanceof SeekNeighbour(int link, var address)) {
            NeighbourMessage.writeSearch(
                    NlMsg.begin(out, NeighbourMessage.RTM_NEWNEIGH, flags | REPLACE, sequence), link, address);
        } else if (change instanceof PutAddress(var address)) {
            AddressMessage.write(NlMsg.begin(out, AddressMessage.RTM_NEWADDR, flags | CREATE, sequence), address);
        } else if (change instanceof PutBareAddress(var address)) {
            AddressMessage.writeBare(NlMsg.begin(out, AddressMessage.RTM_NEWADDR, flags | CREATE, sequence), address);
        } else if (change instanceof DeleteAddress(var address)) {
            AddressMessage.write(NlMsg.begin(out, AddressMessage.RTM_DELADDR, flags, sequence), address);
        } else {
            writeLink(out, (OfLink) change, flags, sequence);
        }
        NlMsg.end(out, start);
    }

    private static void writeLink(ByteBuffer out, OfLink change, int flags, int sequence) {
        if (change instanceof CreateMacvlan macvlan) {
            LinkMessage.writeMacvlan(NlMsg.begin(out, LinkMessage.RTM_NEWLINK, flags | CREATE, sequence), macvlan);
        } else if (change instanceof CreatePodMacvlan macvlan) {
            LinkMessage.writePodMacvlan(NlMsg.begin(out, LinkMessage.RTM_NEWLINK, flags | CREATE, sequence), macvlan);
        } else if (change instanceof SetFlags(int link, int bits, int mask)) {
            // without NLM_F_CREATE a new link is a change of the one that is there
            new IfInfoMsg(link, bits, mask).write(NlMsg.begin(out, LinkMessage.RTM_NEWLINK, flags, sequence));
        } else if (change instanceof SetMac(int link, var mac)) {
            LinkMessage.writeMac(NlMsg.begin(out, LinkMessage.RTM_NEWLINK, flags, sequence), link, mac);
        } else if (change instanceof SetMtu(int link, int mtu)) {
            LinkMessage.writeMtu(NlMsg.begin(out, LinkMessage.RTM_NEWLINK, flags, sequence), link, mtu);
        } else if (change instanceof SetRouteLocalnet(int link, boolean on)) {
            LinkMessage.writeRouteLocalnet(NlMsg.begin(out, LinkMessage.RTM_NEWLINK, flags, sequence), link, on);
        } else {
            new IfInfoMsg(((DeleteLink) change).link(), 0, 0)
                    .write(NlMsg.begin(out, LinkMessage.RTM_DELLINK, flags, sequence));
        }
    }
}
