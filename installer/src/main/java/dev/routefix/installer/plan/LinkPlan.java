package dev.routefix.installer.plan;

import dev.routefix.installer.plan.Repair.ChangeLink;
import dev.routefix.installer.plan.Repair.CreateLink;
import dev.routefix.netlink.Change;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The part of the plan about the node's macvlan and its settings. What is wrong is put right in place: taking the interface down, or anew,
 * would drop the routes and neighbours of every pod.
 */
final class LinkPlan {

    private LinkPlan() {}

    static List<Item> between(Wanted wanted, Found found) {
        var items = new ArrayList<Item>();
        for (var link : wanted.links()) {
            var there = find(found.links(), link.name());
            items.add(new Item(
                    link.name(),
                    link.describe(),
                    there == null ? "missing" : there.describe(),
                    there == null
                            ? List.of(new CreateLink(link, settings(link.name(), wanted.settings())))
                            : repairs(link, there)));
        }
        for (var there : found.links()) {
            if (find(wanted.links(), there.name()) == null) {
                items.add(new Item(there.name(), "none", there.describe(), List.of(remove(there))));
            }
        }
        for (var setting : new TreeMap<>(wanted.settings()).entrySet()) {
            var value = found.settings().getOrDefault(setting.getKey(), "missing");
            items.add(new Item(
                    setting.getKey().replace('/', '.'),
                    setting.getValue(),
                    value,
                    value.equals(setting.getValue())
                            ? List.of()
                            : List.of(new Repair.Set(setting.getKey(), setting.getValue()))));
        }
        return items;
    }

    private static @Nullable HostLink find(List<HostLink> links, String name) {
        for (var link : links) {
            if (link.name().equals(name)) {
                return link;
            }
        }
        return null;
    }

    /** Those of one interface. */
    private static Map<String, String> settings(String name, Map<String, String> settings) {
        var own = new TreeMap<>(settings);
        own.keySet().removeIf(setting -> !setting.contains("/conf/" + name + "/"));
        return own;
    }

    static Repair remove(HostLink link) {
        return new ChangeLink("remove " + link.name(), List.of(new Change.DeleteLink(link.index())));
    }

    private static List<Repair> repairs(HostLink wanted, HostLink there) {
        var repairs = new ArrayList<Repair>();
        var mac = wanted.mac();
        if (mac != null && !mac.equals(there.mac())) {
            repairs.add(new ChangeLink(
                    "give " + there.name() + " its hardware address " + mac + " again, it had " + there.mac(),
                    List.of(new Change.SetMac(there.index(), mac))));
        }
        if (there.noArp() != wanted.noArp()) {
            repairs.add(new ChangeLink(
                    "set " + there.name() + (wanted.noArp() ? " noarp" : " arp") + " again",
                    List.of(new Change.SetFlags(there.index(), wanted.noArp() ? Link.NOARP : 0, Link.NOARP))));
        }
        if (there.multicast() != wanted.multicast()) {
            repairs.add(new ChangeLink(
                    "set " + there.name() + " multicast " + (wanted.multicast() ? "on" : "off") + " again",
                    List.of(new Change.SetFlags(
                            there.index(), wanted.multicast() ? Link.MULTICAST : 0, Link.MULTICAST))));
        }
        if (there.mtu() != wanted.mtu()) {
            repairs.add(new ChangeLink(
                    "give " + there.name() + " its parent's mtu " + wanted.mtu() + ", it had " + there.mtu(),
                    List.of(new Change.SetMtu(there.index(), wanted.mtu()))));
        }
        addresses(wanted, there, repairs);
        if (!there.up()) {
            repairs.add(new ChangeLink(
                    "set " + there.name() + " up again",
                    List.of(new Change.SetFlags(there.index(), Link.UP, Link.UP))));
        }
        return repairs;
    }

    private static void addresses(HostLink wanted, HostLink there, List<Repair> repairs) {
        for (var address : wanted.addresses()) {
            var here = new LinkAddress(there.index(), address.prefix(), address.scope());
            if (!there.addresses().contains(here)) {
                var changes = new ArrayList<Change>();
                for (var other : there.addresses()) {
                    // the kernel holds an address with one scope only
                    if (other.prefix().equals(here.prefix())) {
                        changes.add(new Change.DeleteAddress(other));
                    }
                }
                changes.add(new Change.PutAddress(here));
                repairs.add(new ChangeLink("give " + there.name() + " its address " + here.prefix(), changes));
            }
        }
        for (var address : there.addresses()) {
            if (!wanted.holds(address.prefix()) && HostLink.isOurs(address)) {
                repairs.add(new ChangeLink(
                        "take the address " + address.prefix() + " from " + there.name(),
                        List.of(new Change.DeleteAddress(address))));
            }
        }
    }
}
