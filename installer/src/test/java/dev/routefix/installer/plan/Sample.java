package dev.routefix.installer.plan;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.InvalidConfiguration;
import dev.routefix.installer.config.Paths;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Scope;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node on which all is as wanted, to be spoilt by each test in its own way. */
final class Sample {

    static final String BUILD = "0.1.0-new";
    static final MacAddress MASTER_MAC = MacAddress.parse("02:00:00:00:00:0a");
    static final Link MASTER = link(2, "eth0");

    private Sample() {}

    static Link link(int index, String name) {
        return new Link(index, name, 0, 0, Link.UP | Link.BROADCAST | Link.LOWER_UP, 1500, MASTER_MAC, "");
    }

    static LinkAddress address(int link, String prefix) {
        return new LinkAddress(link, Prefix.parse(prefix), Scope.UNIVERSE);
    }

    static Configuration configuration(String... environment) {
        var variables = new HashMap<String, String>();
        for (var variable : environment) {
            int equals = variable.indexOf('=');
            variables.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        try {
            return Configuration.parse(variables, "node-1");
        } catch (InvalidConfiguration e) {
            throw new AssertionError(e);
        }
    }

    static Wanted wanted(String... environment) {
        return Wanted.installed(
                configuration(environment),
                Paths.under(Path.of("/")),
                MASTER,
                HostLink.macFor("node-1", MASTER_MAC, "mac0"),
                PluginBuild.of(
                        BUILD,
                        PluginBuild.settings(
                                Path.of("/run/route-fix/route-fix.sock"), Path.of("/opt/cni/bin/.route-fix", BUILD))),
                Rule.Mode.NFT,
                true,
                true);
    }

    static HostLink hostLink() {
        return new HostLink(
                7,
                "mac0",
                "macvlan",
                MASTER.index(),
                HostLink.macFor("node-1", MASTER_MAC, "mac0"),
                true,
                true,
                false,
                MASTER.mtu(),
                List.of(new LinkAddress(7, Prefix.parse("169.254.1.1/32"), Scope.LINK)));
    }

    /** A packet filter with these rules in its chains. */
    static Map<Rule.Mode, Map<Rule.Chain, ChainListing>> nft(Rule... rules) {
        return Map.of(Rule.Mode.NFT, listings(rules));
    }

    static Map<Rule.Chain, ChainListing> listings(Rule... rules) {
        var listings = new EnumMap<Rule.Chain, ChainListing>(Rule.Chain.class);
        for (var chain : Rule.Chain.values()) {
            var own = Arrays.stream(rules).filter(rule -> rule.chain() == chain).toList();
            listings.put(chain, new ChainListing("ACCEPT", own, Map.of(), null));
        }
        return listings;
    }

    /** What is found where all of {@code wanted} is there. */
    static Found met(Wanted wanted) {
        var files = new HashMap<Path, FoundFile>();
        var loopback = wanted.loopback();
        if (loopback != null) {
            files.put(loopback.path(), new FoundFile(loopback.content().digest(), true, true));
        }
        var relay = wanted.relay();
        if (relay != null) {
            files.put(relay.path(), new FoundFile(relay.content().digest(), true, false));
        }
        var conflist = wanted.conflist();
        if (conflist != null) {
            files.put(conflist.path(), new FoundFile(conflist.content().digest(), false, false));
        }
        return new Found(
                Map.of(BUILD, new FoundRuntime(true, false)),
                files,
                List.of("0-route-fix.conflist"),
                hostLink(),
                List.of(),
                wanted.settings(),
                nft(wanted.rules().stream().map(WantedRule::rule).toArray(Rule[]::new)),
                true,
                List.of(),
                List.of());
    }

    static Found with(Found found, @Nullable HostLink link) {
        return new Found(
                found.runtimes(),
                found.files(),
                found.networks(),
                link,
                found.oldLinks(),
                found.settings(),
                found.rules(),
                found.dhcpDaemon(),
                found.cutOff(),
                found.unread());
    }

    static Found with(Found found, Map<Rule.Mode, Map<Rule.Chain, ChainListing>> rules) {
        return new Found(
                found.runtimes(),
                found.files(),
                found.networks(),
                found.link(),
                found.oldLinks(),
                found.settings(),
                rules,
                found.dhcpDaemon(),
                found.cutOff(),
                found.unread());
    }

    static Found withFile(Found found, Path path, @Nullable FoundFile file) {
        var files = new HashMap<>(found.files());
        files.remove(path);
        if (file != null) {
            files.put(path, file);
        }
        return new Found(
                found.runtimes(),
                files,
                found.networks(),
                found.link(),
                found.oldLinks(),
                found.settings(),
                found.rules(),
                found.dhcpDaemon(),
                found.cutOff(),
                found.unread());
    }

    static Found withRuntimes(Found found, Map<String, FoundRuntime> runtimes) {
        return new Found(
                runtimes,
                found.files(),
                found.networks(),
                found.link(),
                found.oldLinks(),
                found.settings(),
                found.rules(),
                found.dhcpDaemon(),
                found.cutOff(),
                found.unread());
    }

    static final Found EMPTY =
            new Found(Map.of(), Map.of(), List.of(), null, List.of(), Map.of(), nft(), false, List.of(), List.of());
}
