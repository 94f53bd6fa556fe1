package dev.routefix.installer.plan;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.ForwardRule;
import dev.routefix.netlink.nftables.BaseChain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What packet filters of others make of pods' packets, where it is certain. */
final class FilterFindings {

    private static final String PODS = "pods";

    /** What comes of it for each kind of packet. */
    private static final List<String> CUT_OFF =
            List.of("LAN clients do not hear pods", "pods do not reach the LAN", "load balancers do not reach pods");

    private static final String UNHEARD = "LAN clients do not hear their answers";

    private static final Set<Fate> DROPPED = Set.of(Fate.DROPPED);
    private static final Set<Fate> REWRITTEN = Set.of(Fate.REWRITTEN);

    /** {@code NF_IP_PRI_NAT_SRC}: where iptables' own {@code POSTROUTING} stands among those of others. */
    private static final int SOURCE_NAT = 100;

    private final Configuration configuration;
    private final Wanted wanted;
    private final Found found;
    private final Surroundings around;
    private final String host;
    private final String master;
    private final List<Packet> packets;
    private final List<Finding> findings = new ArrayList<>();

    private FilterFindings(
            Configuration configuration, Wanted wanted, Found found, Surroundings around, String master) {
        this.configuration = configuration;
        this.wanted = wanted;
        this.found = found;
        this.around = around;
        this.host = configuration.hostInterface();
        this.master = master;
        packets = List.of(Packet.answer(host, master), Packet.begun(host, master), Packet.balanced(host, master));
    }

    static List<Finding> of(
            Configuration configuration, Wanted wanted, Found found, Surroundings around, String master) {
        var filters = new FilterFindings(configuration, wanted, found, around, master);
        filters.unlisted();
        for (var mode : Rule.Mode.values()) {
            filters.forward(mode);
            filters.masquerade(mode);
        }
        for (var base : around.nativeRules().bases()) {
            filters.forward(base);
            filters.masquerade(base);
        }
        return filters.findings;
    }

    /** Our rules are kept there all the same, but where they stand nobody can tell. */
    private void unlisted() {
        for (var chain : Rule.Chain.values()) {
            var listing = wanted.mode() == null ? null : found.listing(wanted.mode(), chain);
            boolean needed =
                    wanted.rules().stream().anyMatch(rule -> rule.rule().chain() == chain);
            var why = listing == null ? null : listing.unlisted();
            if (needed && why != null) {
                var name = "ip " + chain.table + " " + chain.hook;
                findings.add(Finding.blocking(
                        "the chain " + name,
                        "where route-fix's rules stand cannot be seen",
                        why + " Somebody put a rule into it that iptables does not know",
                        "find it (nft -a list chain " + name + "), take it out (nft delete rule " + name
                                + " handle NUMBER), and put it into a table of its own"));
            }
        }
    }

    private void forward(Rule.Mode mode) {
        var listing = found.listing(mode, Rule.Chain.FORWARD);
        if (listing == null || listing.unlisted() != null) {
            return;
        }
        boolean ours = mode == wanted.mode();
        var now = ours ? withOurs(listing) : listing;
        var dropped = packets.stream()
                .filter(packet -> Passage.through(packet, now).equals(DROPPED))
                .toList();
        if (dropped.isEmpty()) {
            return;
        }
        var culprit = Passage.culprit(dropped.getFirst(), now);
        var iptables = "iptables-" + mode.text();
        var who = culprit == null
                ? "the policy of FORWARD (" + iptables + ")"
                : "the rule \"" + culprit + "\" (" + iptables + ")";
        var commands = commands(dropped, iptables + " -I FORWARD -i ", iptables + " -I FORWARD -o ", " -j ACCEPT");
        // who wants no rule of ours sees to it
        boolean blocks = !ours || configuration.forwardRule() != ForwardRule.NONE;
        findings.add(new Finding(PODS, unreached(dropped), who + " drops " + named(dropped), commands, blocks));
    }

    /** The chain as it is when what is planned is done: a rule of ours that is only just missing is no finding. */
    private ChainListing withOurs(ChainListing listing) {
        return RulePlan.after(wanted, listing, Rule.Chain.FORWARD);
    }

    private void forward(BaseChain base) {
        if (base.hook() != BaseChain.FORWARD) {
            return;
        }
        var dropped = packets.stream()
                .filter(packet -> NativePassage.through(facts(packet), base, around.nativeRules())
                        .equals(DROPPED))
                .toList();
        if (!dropped.isEmpty()) {
            var insert = "nft insert rule " + where(base);
            var commands = commands(dropped, insert + " iifname ", insert + " oifname ", " accept");
            findings.add(Finding.blocking(
                    PODS,
                    unreached(dropped),
                    "the chain " + where(base) + " of nftables drops " + named(dropped),
                    (base.table().equals("firewalld")
                                    ? "firewall-cmd --permanent --zone=trusted --add-interface=" + host
                                            + "; firewall-cmd --reload; or until the next reload: "
                                    : "")
                            + commands));
        }
    }

    /** What pods send leaves with their own address unless something changes it that ours does not settle before. */
    private void masquerade(Rule.Mode mode) {
        var listing = found.listing(mode, Rule.Chain.POSTROUTING);
        if (listing == null || listing.unlisted() != null || (mode == wanted.mode() && configuration.masquerade())) {
            return;
        }
        var begun = Packet.begun(host, master);
        var iptables = "iptables-" + mode.text();
        if (Passage.through(begun, listing).equals(REWRITTEN)) {
            // which of two filters is asked first, the kernel does not tell
            boolean settled = configuration.masquerade() && settles();
            findings.add(new Finding(
                    PODS,
                    settled ? "LAN clients may not hear their answers" : UNHEARD,
                    "a rule of POSTROUTING (" + iptables
                            + " -t nat -S POSTROUTING) changes the address of what pods send"
                            + (settled ? ", if it is asked before route-fix's" : ""),
                    iptables + " -t nat -I POSTROUTING -o " + master
                            + " -s LAN -j ACCEPT, with the LAN's network for LAN",
                    !settled));
        }
    }

    private void masquerade(BaseChain base) {
        if (base.hook() != BaseChain.POSTROUTING) {
            return;
        }
        boolean before = base.priority() < SOURCE_NAT
                || !configuration.masquerade()
                || !settles()
                // of those at the same place the youngest is asked first
                || (base.priority() == SOURCE_NAT
                        && base.tableNumber() > around.nativeRules().natNumber()
                        && wanted.mode() == Rule.Mode.NFT);
        var begun = facts(Packet.begun(host, master));
        if (before && NativePassage.through(begun, base, around.nativeRules()).equals(REWRITTEN)) {
            findings.add(Finding.blocking(
                    PODS,
                    UNHEARD,
                    "the chain " + where(base) + " of nftables changes the address of what pods send",
                    "nft insert rule " + where(base) + " oifname " + master + " meta mark and " + hex() + " == " + hex()
                            + " accept"));
        }
    }

    /** Whether our rule ends it for all other chains, and not only for its own. */
    private boolean settles() {
        var listing = wanted.mode() == null ? null : found.listing(wanted.mode(), Rule.Chain.POSTROUTING);
        var keep = Rule.keep(master);
        return listing == null || !listing.rules().contains(keep.orElse());
    }

    private PacketFacts facts(Packet packet) {
        var indexes = Map.of(
                host,
                found.link() == null ? 0 : found.link().index(),
                master,
                wanted.link() == null ? 0 : wanted.link().parent());
        return new PacketFacts(packet, indexes.getOrDefault(packet.in(), 0), indexes.getOrDefault(packet.out(), 0));
    }

    private static String where(BaseChain base) {
        return (base.family() == BaseChain.INET ? "inet " : "ip ") + base.table() + " " + base.name();
    }

    private static String hex() {
        return "0x" + Integer.toHexString(Rule.FROM_POD);
    }

    private static String named(List<Packet> packets) {
        return packets.stream().map(Packet::what).collect(Collectors.joining(", "));
    }

    /** Whom it cuts off. */
    private String unreached(List<Packet> dropped) {
        var unreached = new ArrayList<String>();
        for (int at = 0; at < packets.size(); at++) {
            if (dropped.contains(packets.get(at))) {
                unreached.add(CUT_OFF.get(at));
            }
        }
        return String.join(", ", unreached);
    }

    /** What has to be let through: what comes from pods, what goes to them. */
    private String commands(List<Packet> dropped, String from, String to, String end) {
        var commands = new ArrayList<String>();
        if (dropped.stream().anyMatch(packet -> packet.in().equals(host))) {
            commands.add(from + host + end);
        }
        if (dropped.stream().anyMatch(packet -> packet.out().equals(host))) {
            commands.add(to + host + end);
        }
        return String.join("; ", commands);
    }
}
