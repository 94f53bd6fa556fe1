package dev.routefix.netlink.nftables;

import java.util.ArrayList;
import java.util.List;

/**
 * A table of nftables that is all ours, as it is to be. What is in its sets changes, the rest does not.
 *
 * @param family {@code NFPROTO_*}
 */
public record NatTable(int family, String name, List<NamedSet> sets, List<HookedChain> chains) {

    /**
     * A set, or a map.
     *
     * @param keyType number by which nft knows how to print a key, six bits for each part of it
     * @param keyLength in bytes; each part begins at a multiple of four
     * @param dataType the same of a map's data; 0 for a set
     * @param dataLength in bytes; 0 for a set
     */
    public record NamedSet(String name, int keyType, int keyLength, int dataType, int dataLength) {

        /** The {@link #keyType} of the name of an interface. */
        public static final int IFNAME = 41;

        public boolean isOfNames() {
            return keyType == IFNAME;
        }

        public boolean isMap() {
            return dataLength > 0;
        }
    }

    /**
     * A chain that the kernel leads packets to.
     *
     * @param type {@code filter} or {@code nat}
     * @param hook {@code NF_INET_*}
     * @param priority of several at a hook the lowest is asked first
     */
    public record HookedChain(String name, String type, int hook, int priority, List<SignedStatements> rules) {
        public static final int PREROUTING = 0;
        public static final int OUTPUT = 3;
        public static final int POSTROUTING = 4;
    }

    /**
     * A rule.
     *
     * @param comment says what it is for, and which it is: a rule with another comment is taken for another rule
     */
    public record SignedStatements(String comment, List<Statement> statements) {}

    /** What {@link TableContent#rules} is if nobody has changed anything. */
    public List<String> rules() {
        var rules = new ArrayList<String>();
        for (var chain : chains) {
            for (var rule : chain.rules()) {
                rules.add(chain.name() + ": " + rule.comment());
            }
        }
        return rules;
    }

    /**
     * What the kernel has of it.
     *
     * @param rules chain and comment of each, in their order
     */
    public record TableContent(List<String> rules, List<Element> elements) {}
}
