package dev.routefix.installer.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a built-in chain of iptables holds.
 *
 * @param policy what becomes of a packet at its end, such as {@code ACCEPT}
 * @param rules in their order; those of ours only, in any order, where it cannot be listed
 * @param further chains that it leads to, by name, as far as they were asked for
 * @param unlisted why it cannot be listed; null if it can
 */
public record ChainListing(
        String policy,
        List<Rule> rules,
        Map<String, List<Rule>> further,
        @Nullable String unlisted) {

    public static final ChainListing EMPTY = new ChainListing("ACCEPT", List.of(), Map.of(), null);

    public ChainListing {
        rules = List.copyOf(rules);
        further = Map.copyOf(further);
    }

    /**
     * A chain that iptables does not list, as there is something in it that only {@code nft} knows.
     *
     * @param present rules of ours that are in it, wherever
     */
    public static ChainListing unlisted(String why, List<Rule> present) {
        return new ChainListing("", present, Map.of(), why);
    }

    /**
     * Reads the output of {@code iptables -S}, for one chain or for a whole table.
     *
     * @param text lines such as {@code -P FORWARD DROP} and {@code -A FORWARD -i mac0 -m comment --comment "a text" -j ACCEPT}
     */
    public static ChainListing parse(Rule.Chain chain, String text) {
        var chains = new HashMap<String, List<Rule>>();
        var policy = "ACCEPT";
        for (var line : text.split("\n", -1)) {
            var words = words(line);
            if (words.size() < 2) {
                continue;
            }
            var name = words.get(1);
            switch (words.getFirst()) {
                case "-P" -> policy = name.equals(chain.hook) && words.size() > 2 ? words.get(2) : policy;
                case "-N" -> chains.putIfAbsent(name, new ArrayList<>());
                case "-A" ->
                    chains.computeIfAbsent(name, _ -> new ArrayList<>())
                            .add(new Rule(chain, words.subList(2, words.size())));
                default -> {
                    // iptables prints no other
                }
            }
        }
        var rules = chains.remove(chain.hook);
        return new ChainListing(policy, rules == null ? List.of() : rules, chains, null);
    }

    /** The chains of others that a packet comes to before the first rule of ours. */
    public List<String> ledToBeforeOurs() {
        var names = new ArrayList<String>();
        for (var rule : rules) {
            if (rule.isOurs()) {
                break;
            }
            int at = Math.max(rule.words().indexOf("-j"), rule.words().indexOf("-g"));
            if (at >= 0 && !Passage.isTarget(rule.words().get(at + 1))) {
                names.add(rule.words().get(at + 1));
            }
        }
        return names;
    }

    /** Whom the chains masquerade by kube-proxy's {@code KUBE-MARK-MASQ} unless they come from somewhere: the words that say so, each once. */
    public List<String> masqueradesBut() {
        var words = new LinkedHashSet<String>();
        for (var chain : further.values()) {
            for (var rule : chain) {
                int not = rule.words().indexOf("!");
                if (not >= 0
                        && rule.words().getLast().equals("KUBE-MARK-MASQ")
                        && Set.of("-s", "-i").contains(rule.words().get(not + 1))) {
                    words.add(String.join(" ", rule.words().subList(not, not + 3)));
                }
            }
        }
        return List.copyOf(words);
    }

    /** The first chain of such a name that some rule leads to, or null. */
    public @Nullable String firstLedTo(String prefix) {
        for (var chain : further.values()) {
            for (var rule : chain) {
                if (rule.words().getLast().startsWith(prefix)) {
                    return rule.words().getLast();
                }
            }
        }
        return null;
    }

    /** The same with more chains that it leads to. */
    public ChainListing with(Map<String, List<Rule>> more) {
        var all = new HashMap<>(further);
        all.putAll(more);
        return new ChainListing(policy, rules, all, unlisted);
    }

    /** Splits at blanks outside double quotes; a backslash inside them keeps the next character. */
    private static List<String> words(String text) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean quoted = false;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (quoted && c == '\\' && at + 1 < text.length()) {
                word.append(text.charAt(++at));
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ' ' && !quoted) {
                words.add(word.toString());
                word.setLength(0);
            } else {
                word.append(c);
            }
        }
        words.add(word.toString());
        return words;
    }
}
