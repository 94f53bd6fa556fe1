package dev.routefix.installer.plan;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Prefix;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where kube-proxy's rules lead what is sent to an address, by their words.
 *
 * @param chains that the packet comes through, as far as they are a Service's own
 * @param endpoints among which chance decides, such as {@code 192.168.2.76:8080}
 * @param masqueraded whether the endpoint sees the node's address in place of the client's
 */
public record ServiceTranslation(List<String> chains, List<String> endpoints, boolean masqueraded) {

    /** Kernel and programs build no deeper. */
    private static final int DEEPEST = 8;

    public ServiceTranslation {
        chains = List.copyOf(chains);
        endpoints = List.copyOf(endpoints);
    }

    /** What is sent, as far as kube-proxy's rules tell it from others. */
    public record Sent(
            IpAddress source, boolean byTheNode, String in, IpAddress destination, boolean toTheNode, int port) {}

    /** Whether any Service is concerned. */
    public boolean isAny() {
        return !chains.isEmpty();
    }

    /**
     * Follows the packet.
     *
     * @param first the chain that it comes to first
     * @param rules gives those of a chain; none if there is no such chain
     */
    public static ServiceTranslation of(Sent packet, String first, Function<String, List<Rule>> rules) {
        var walk = new Walk(packet, rules);
        walk.through(first, 0);
        return new ServiceTranslation(List.copyOf(walk.chains), walk.endpoints, walk.masqueraded);
    }

    /** The first rule of a chain that refuses the packet, or null. */
    public static @Nullable Rule refusal(Sent packet, List<Rule> rules) {
        var walk = new Walk(packet, _ -> List.of());
        for (var rule : rules) {
            var target = after(rule.words(), "-j");
            boolean refuses = Set.of("REJECT", "DROP").contains(target);
            if (refuses && !after(rule.words(), "-d").isEmpty() && walk.isAbout(rule)) {
                return rule;
            }
        }
        return null;
    }

    private static final class Walk {
        private final Sent packet;
        private final Function<String, List<Rule>> rules;
        private final Set<String> chains = new LinkedHashSet<>();
        private final List<String> endpoints = new ArrayList<>();
        private boolean masqueraded;

        Walk(Sent packet, Function<String, List<Rule>> rules) {
            this.packet = packet;
            this.rules = rules;
        }

        void through(String chain, int depth) {
            for (var rule : depth > DEEPEST ? List.<Rule>of() : rules.apply(chain)) {
                var target = after(rule.words(), "-j");
                if (!isAbout(rule)) {
                    continue;
                }
                if (target.equals("DNAT")) {
                    endpoints.add(after(rule.words(), "--to-destination"));
                } else if (target.equals("KUBE-MARK-MASQ")) {
                    masqueraded = true;
                } else if (target.startsWith("KUBE-") && !target.startsWith("KUBE-MARK-") && !chains.contains(target)) {
                    if (!target.equals("KUBE-NODEPORTS")) {
                        chains.add(target);
                    }
                    int before = endpoints.size();
                    through(target, depth + 1);
                    // where chance has no say, what has got its endpoint asks no further rule
                    if (endpoints.size() > before && !rule.words().contains("--probability")) {
                        return;
                    }
                }
            }
        }

        boolean isAbout(Rule rule) {
            var words = rule.words();
            for (int at = 0; at + 1 < words.size(); at++) {
                boolean not = at > 0 && words.get(at - 1).equals("!");
                var value = words.get(at + 1);
                boolean meets = switch (words.get(at)) {
                    case "-s" -> holds(value, packet.source());
                    case "-d" -> holds(value, packet.destination());
                    case "-p" -> value.equals("tcp");
                    case "-i" -> Meeting.isNamed(packet.in(), value);
                    case "--dport" -> value.equals(String.valueOf(packet.port()));
                    case "--src-type" -> packet.byTheNode();
                    case "--dst-type" -> packet.toTheNode();
                    default -> !not;
                };
                if (meets == not) {
                    return false;
                }
                at += words.get(at).equals("--comment") ? 1 : 0;
            }
            return true;
        }

        private static boolean holds(String prefix, IpAddress address) {
            try {
                return Prefix.parse(prefix.contains("/") ? prefix : prefix + "/32")
                        .contains(address);
            } catch (IllegalArgumentException odd) {
                return false;
            }
        }
    }

    private static String after(List<String> words, String option) {
        int at = words.lastIndexOf(option);
        return at < 0 || at + 1 >= words.size() ? "" : words.get(at + 1);
    }
}
