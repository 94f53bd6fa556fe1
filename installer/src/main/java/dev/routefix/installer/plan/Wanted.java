package dev.routefix.installer.plan;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.Paths;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the node should have of us.
 *
 * @param build the runtime; null for none
 * @param relay the plugin's executable; null for none
 * @param loopback the relay once more, for runtimes that ask a plugin of that name to bring {@code lo} up; null for none
 * @param settings kernel settings with their values
 * @param mode which packet filter the rules go to; the other one has none of ours
 * @param rules in the order of their making
 * @param conflist null for none
 * @param otherLinks of the node's other networks, where it has several
 * @param otherConflists theirs
 * @param ways by which pods leave LANs on which the node's default route is not
 */
public record Wanted(
        @Nullable String build,
        @Nullable WantedFile relay,
        @Nullable WantedFile loopback,
        @Nullable HostLink link,
        Map<String, String> settings,
        Rule.@Nullable Mode mode,
        List<WantedRule> rules,
        boolean dhcpDaemon,
        @Nullable WantedFile conflist,
        List<HostLink> otherLinks,
        List<WantedFile> otherConflists,
        LanWay ways) {

    /** A node without us. */
    public static final Wanted NOTHING = new Wanted(
            null, null, null, null, Map.of(), null, List.of(), false, null, List.of(), List.of(), LanWay.NONE);

    public Wanted {
        rules = List.copyOf(rules);
        otherLinks = List.copyOf(otherLinks);
        otherConflists = List.copyOf(otherConflists);
    }

    /** The same with what another network of the node asks for. */
    public Wanted and(Wanted other) {
        var allSettings = new TreeMap<>(settings);
        allSettings.putAll(other.settings);
        return new Wanted(
                build,
                relay,
                loopback == null ? other.loopback : loopback,
                link,
                allSettings,
                mode,
                joined(rules, other.rules),
                dhcpDaemon || other.dhcpDaemon,
                conflist,
                joined(otherLinks, other.links()),
                joined(otherConflists, other.conflists()),
                ways.and(other.ways));
    }

    /** The node's interface of each network. */
    public List<HostLink> links() {
        return firstAnd(link, otherLinks);
    }

    /** The conflist of each network that is to have one. */
    public List<WantedFile> conflists() {
        return firstAnd(conflist, otherConflists);
    }

    static <T> List<T> joined(List<T> some, List<T> others) {
        var all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }

    static <T> List<T> firstAnd(@Nullable T first, List<T> others) {
        var all = new ArrayList<T>();
        if (first != null) {
            all.add(first);
        }
        all.addAll(others);
        return all;
    }

    /**
     * Everything the configuration asks for.
     *
     * @param master the parent interface
     * @param mac the hardware address of the node's own
     * @param mode null only where no rule is asked for
     * @param dhcpDaemon whether it is upon this process to run one
     * @param ipv6 whether the kernel has it
     */
    public static Wanted installed(
            Configuration configuration,
            Paths paths,
            Link master,
            MacAddress mac,
            PluginBuild build,
            Rule.@Nullable Mode mode,
            boolean dhcpDaemon,
            boolean ipv6) {
        var name = configuration.hostInterface();
        var relay = new WantedFile(configuration.pluginFile(), build.relay(), true);
        var conflist = configuration.conflist()
                ? new WantedFile(
                        configuration.conflistFile(),
                        new Content.Text(Conflist.of(configuration, master.name(), paths.dhcpSocket())),
                        false)
                : null;
        return new Wanted(
                build.name(),
                relay,
                loopback(configuration, build),
                HostLink.wanted(name, master, mac, configuration.gateway()),
                settings(name, master.name(), ipv6),
                mode,
                rules(configuration, master.name()),
                dhcpDaemon,
                conflist,
                List.of(),
                List.of(),
                LanWay.wanted(configuration, master.index()));
    }

    /** Where other pods have another network, its installer sees to it: they would need ours after we are gone. */
    private static @Nullable WantedFile loopback(Configuration configuration, PluginBuild build) {
        return switch (configuration.mode()) {
            case NODE -> new WantedFile(configuration.loopbackFile(), build.relay(), true);
            case RUNTIME_CLASS -> null;
        };
    }

    private static Map<String, String> settings(String hostInterface, String master, boolean ipv6) {
        var settings = new TreeMap<String, String>();
        settings.put("net/ipv4/ip_forward", "1");
        // each interface has its own, and some systems switch it off again
        settings.put("net/ipv4/conf/" + master + "/forwarding", "1");
        settings.put("net/ipv4/conf/" + hostInterface + "/forwarding", "1");
        // pods of one node reach each other in and out of this interface; a redirect would send them past the node
        settings.put("net/ipv4/conf/" + hostInterface + "/send_redirects", "0");
        if (ipv6) {
            // it would take an address and a default route from the LAN's routers, and being NOARP never find a
            // neighbour
            settings.put("net/ipv6/conf/" + hostInterface + "/disable_ipv6", "1");
        }
        return settings;
    }

    private static List<WantedRule> rules(Configuration configuration, String master) {
        var name = configuration.hostInterface();
        var rules = new ArrayList<WantedRule>();
        switch (configuration.forwardRule()) {
            case ACCEPT -> {
                rules.add(new WantedRule(Rule.acceptInvalid(name), new Place.First()));
                rules.add(new WantedRule(Rule.accept(name), new Place.Last()));
                rules.add(new WantedRule(Rule.acceptTo(name), new Place.Last()));
            }
            case INVALID_ONLY -> rules.add(new WantedRule(Rule.acceptInvalid(name), new Place.First()));
            case NONE -> {
                // the user sees to it
            }
        }
        if (configuration.masquerade()) {
            rules.add(new WantedRule(Rule.mark(name), new Place.Last()));
            rules.add(new WantedRule(Rule.keep(master), new Place.Before(Packet.begun(name, master), Fate.REWRITTEN)));
            rules.add(new WantedRule(
                    Rule.keepClient(name), new Place.Before(Packet.balanced(name, master), Fate.REWRITTEN)));
            rules.add(new WantedRule(
                    Rule.masquerade(master), new Place.Before(Packet.toService(name, master), Fate.PASSED)));
        }
        return rules;
    }
}
