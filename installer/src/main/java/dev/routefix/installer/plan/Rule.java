package dev.routefix.installer.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * A rule of iptables, as {@code iptables -S} prints one.
 *
 * @param words the arguments after {@code -A CHAIN}, unquoted
 */
public record Rule(Chain chain, List<String> words) {

    /** How the comment of each of our rules begins; it is how they are known again. */
    public static final String SIGNATURE = "route-fix: ";

    /** The built-in chains our rules go to. */
    public enum Chain {
        FORWARD("filter"),
        POSTROUTING("nat");

        public final String table;

        Chain(String table) {
            this.table = table;
        }
    }

    /** The kernel's two packet filters, each with an iptables of its own. */
    public enum Mode {
        NFT("nft"),
        LEGACY("legacy");

        private final String text;

        Mode(String text) {
            this.text = text;
        }

        /** As users write it. */
        public String text() {
            return text;
        }
    }

    public Rule {
        words = List.copyOf(words);
    }

    /**
     * Forwards what comes from the pods. It stands before kube-proxy's {@code KUBE-FORWARD}, which drops what conntrack calls invalid: answers
     * to LAN clients that talked to the pod directly, whose questions never passed this node.
     */
    static Rule accept(String hostInterface) {
        return ours(Chain.FORWARD, List.of("-i", hostInterface), "forward what pods send", "ACCEPT");
    }

    /**
     * Forwards what goes to the pods, where the chain's policy is DROP, as Docker leaves it. It stands last, so that whatever others have
     * forbidden stays forbidden: source ranges of a load balancer, network policies.
     */
    static Rule acceptTo(String hostInterface) {
        return ours(Chain.FORWARD, List.of("-o", hostInterface), "forward what pods are sent", "ACCEPT");
    }

    /** The same as {@link #accept} for nothing but what conntrack calls invalid. */
    static Rule acceptInvalid(String hostInterface) {
        return ours(
                Chain.FORWARD,
                List.of("-i", hostInterface, "-m", "conntrack", "--ctstate", "INVALID"),
                "forward pods' answers to LAN clients",
                "ACCEPT");
    }

    /**
     * Hides a pod behind its node where a Service sends it to a pod of another node: the answer would otherwise cross the LAN past this node,
     * which has to undo the translation.
     */
    static Rule masquerade(String master) {
        return ours(
                Chain.POSTROUTING,
                List.of("-o", master, "-m", "conntrack", "--ctstate", "DNAT"),
                "answers of Services come back this way",
                "MASQUERADE");
    }

    private static Rule ours(Chain chain, List<String> matches, String purpose, String target) {
        var words = new ArrayList<>(matches);
        words.addAll(List.of("-m", "comment", "--comment", SIGNATURE + purpose, "-j", target));
        return new Rule(chain, words);
    }

    /** Whether it has to stand before everybody else's; the others go to the end of their chains. */
    public boolean goesFirst() {
        return chain == Chain.FORWARD && words.getFirst().equals("-i");
    }

    /** Whether we made it, in this configuration or another. */
    boolean isOurs() {
        int at = words.indexOf("--comment");
        return at >= 0 && at + 1 < words.size() && words.get(at + 1).startsWith(SIGNATURE);
    }

    /**
     * Reads the rules of a chain from the output of {@code iptables -S CHAIN}, in their order.
     *
     * @param listing lines such as {@code -A FORWARD -i mac0 -m comment --comment "a text" -j ACCEPT}; others are left out
     */
    public static List<Rule> parse(Chain chain, String listing) {
        var rules = new ArrayList<Rule>();
        var start = "-A " + chain + " ";
        for (var line : listing.split("\n", -1)) {
            if (line.startsWith(start)) {
                rules.add(new Rule(chain, words(line.substring(start.length()))));
            }
        }
        return rules;
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

    @Override
    public String toString() {
        return chain + " " + String.join(" ", words);
    }
}
