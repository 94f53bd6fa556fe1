package dev.routefix.installer.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * A rule of iptables, as {@code iptables -S} prints one.
 *
 * @param chain the built-in chain that it is in, or is reached from
 * @param words the arguments after {@code -A CHAIN}, unquoted
 */
public record Rule(Chain chain, List<String> words) {

    /** How the comment of each of our rules begins; it is how they are known again. */
    public static final String SIGNATURE = "route-fix: ";

    /**
     * The bit of a packet's mark by which {@code POSTROUTING}, which cannot see where a packet came in, knows that it came from a pod. It is set when the
     * packet's way is decided already, and looked at before it leaves. Unused by default by Kubernetes (0x4000, 0x8000), CNI's portmap (0x2000),
     * Cilium (0xf00 and the upper half), Calico (0xffff0000), Tailscale (0xff0000), Weave (0x20000, 0x40000), AWS (0x80), wg-quick (0xca6c) and Istio
     * (0x539).
     */
    public static final int FROM_POD = 0x1000;

    /** The bit by which kube-proxy asks for a masquerade ({@code --iptables-masquerade-bit}, 14 by default). */
    private static final int TO_BE_MASQUERADED = 0x4000;

    /** A change of the source address into itself: the kernel then regards it as settled, and no other chain changes it any more. */
    private static final List<String> AS_IT_IS = List.of("NETMAP", "--to", "0.0.0.0/0");

    /** The built-in chains our rules go to. */
    public enum Chain {
        FORWARD("filter", "FORWARD"),
        MANGLE_FORWARD("mangle", "FORWARD"),
        POSTROUTING("nat", "POSTROUTING");

        public final String table;

        /** The chain's name in its table. */
        public final String hook;

        Chain(String table, String hook) {
            this.table = table;
            this.hook = hook;
        }

        /** As people call it: that of the table filter needs no table. */
        @Override
        public String toString() {
            return this == MANGLE_FORWARD ? table + " " + hook : hook;
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
     * Forwards of what comes from the pods only what conntrack calls invalid: answers to LAN clients that talked to a pod directly, whose questions never
     * passed this node. It stands before kube-proxy's {@code KUBE-FORWARD}, which drops them.
     */
    static Rule acceptInvalid(String hostInterface) {
        return ours(
                Chain.FORWARD,
                List.of("-i", hostInterface, "-m", "conntrack", "--ctstate", "INVALID"),
                "forward answers to LAN clients",
                List.of("ACCEPT"));
    }

    /**
     * Forwards the rest of what comes from the pods, where the chain's policy is DROP, as Docker leaves it. It stands last, so that whatever others have
     * forbidden stays forbidden: Services without endpoints, network policies.
     */
    static Rule accept(String hostInterface) {
        return ours(Chain.FORWARD, List.of("-i", hostInterface), "forward what else pods send", List.of("ACCEPT"));
    }

    /** Forwards what goes to the pods, and stands last for the same reason: source ranges of a load balancer. */
    static Rule acceptTo(String hostInterface) {
        return ours(Chain.FORWARD, List.of("-o", hostInterface), "forward what pods are sent", List.of("ACCEPT"));
    }

    /** Lets {@link #keep} and {@link #masquerade} know what comes from a pod. */
    static Rule mark(String hostInterface) {
        return ours(
                Chain.MANGLE_FORWARD,
                List.of("-i", hostInterface),
                "know what pods send",
                List.of("MARK", "--set-xmark", hex(FROM_POD) + "/" + hex(FROM_POD)));
    }

    /**
     * Keeps a pod's own address towards the LAN. Of what a LAN client says to a pod directly the node sees only the answers, and conntrack takes these for
     * new connections: any masquerade of the node's owner would change their source, and the client drop them.
     */
    static Rule keep(String master) {
        return ours(
                Chain.POSTROUTING,
                List.of(
                        "-o",
                        master,
                        "-m",
                        "mark",
                        "--mark",
                        hex(FROM_POD) + "/" + hex(FROM_POD),
                        "-m",
                        "conntrack",
                        "!",
                        "--ctstate",
                        "DNAT"),
                "pods keep their address towards the LAN",
                AS_IT_IS);
    }

    /** Keeps the address of whom a Service leads to a pod of this node, unless kube-proxy wants it masqueraded. The answer comes back to the node anyway. */
    static Rule keepClient(String hostInterface) {
        return ours(
                Chain.POSTROUTING,
                List.of(
                        "-o",
                        hostInterface,
                        "-m",
                        "mark",
                        "--mark",
                        "0x0/" + hex(FROM_POD | TO_BE_MASQUERADED),
                        "-m",
                        "conntrack",
                        "--ctstate",
                        "DNAT"),
                "clients of Services keep their address",
                AS_IT_IS);
    }

    /**
     * Hides a pod behind its node where a Service sends it to a pod of another node: the answer would otherwise cross the LAN past this node,
     * which has to undo the translation.
     */
    static Rule masquerade(String master) {
        return ours(
                Chain.POSTROUTING,
                List.of(
                        "-o",
                        master,
                        "-m",
                        "mark",
                        "--mark",
                        hex(FROM_POD) + "/" + hex(FROM_POD),
                        "-m",
                        "conntrack",
                        "--ctstate",
                        "DNAT"),
                "answers of Services come back by the node",
                List.of("MASQUERADE"));
    }

    /** Every rule that any configuration or version may have put, for a chain that does not tell. */
    public static List<Rule> every(String hostInterface, String master) {
        var first = ours(Chain.FORWARD, List.of("-i", hostInterface), "forward what pods send", List.of("ACCEPT"));
        var invalidOnly = ours(
                Chain.FORWARD,
                List.of("-i", hostInterface, "-m", "conntrack", "--ctstate", "INVALID"),
                "forward pods' answers to LAN clients",
                List.of("ACCEPT"));
        var untold = ours(
                Chain.POSTROUTING,
                List.of("-o", master, "-m", "conntrack", "--ctstate", "DNAT"),
                "answers of Services come back this way",
                List.of("MASQUERADE"));
        return List.of(
                acceptInvalid(hostInterface),
                accept(hostInterface),
                acceptTo(hostInterface),
                mark(hostInterface),
                keep(master),
                keep(master).orElse(),
                keepClient(hostInterface),
                keepClient(hostInterface).orElse(),
                masquerade(master),
                // of 0.1.0
                first,
                invalidOnly,
                untold);
    }

    /** @param purpose without an apostrophe, which iptables prints in a way that no shell reads */
    private static Rule ours(Chain chain, List<String> matches, String purpose, List<String> target) {
        var words = new ArrayList<>(matches);
        words.addAll(List.of("-m", "comment", "--comment", SIGNATURE + purpose, "-j"));
        words.addAll(target);
        return new Rule(chain, words);
    }

    private static String hex(int number) {
        return "0x" + Integer.toHexString(number);
    }

    /**
     * What does nearly as much where the kernel has no {@code NETMAP}: it ends only the chain that it stands in, not those of others.
     *
     * @return itself where nothing else would do
     */
    public Rule orElse() {
        int target = words.size() - AS_IT_IS.size();
        if (target < 0 || !words.subList(target, words.size()).equals(AS_IT_IS)) {
            return this;
        }
        var other = new ArrayList<>(words.subList(0, target));
        other.add("ACCEPT");
        return new Rule(chain, other);
    }

    /** Its comment, empty if it has none. Ours have one each. */
    public String comment() {
        int at = words.indexOf("--comment");
        return at >= 0 && at + 1 < words.size() ? words.get(at + 1) : "";
    }

    /** Whether we made it, in this configuration or another. */
    boolean isOurs() {
        return comment().startsWith(SIGNATURE);
    }

    /** Whether it changes no address although its target can. */
    static boolean isAsItIs(List<String> target) {
        return target.equals(AS_IT_IS);
    }

    @Override
    public String toString() {
        return chain + " " + String.join(" ", words);
    }
}
