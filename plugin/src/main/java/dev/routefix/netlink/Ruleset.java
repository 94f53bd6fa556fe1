package dev.routefix.netlink;

import dev.routefix.netlink.nftables.BaseChain;
import dev.routefix.netlink.nftables.Expression;
import dev.routefix.netlink.nftables.SetElement;
import dev.routefix.netlink.nftables.SignedRule;
import java.util.List;
import java.util.OptionalInt;

/**
 * The rules of one network namespace that are in nftables, as far as one has to know what becomes of a packet. Opened by
 * {@link dev.routefix.netlink.namespace.Namespace}; usable from any thread, one thread at a time.
 */
public interface Ruleset extends AutoCloseable {

    /** That of a kernel without nftables. */
    Ruleset NONE = new Ruleset() {
        @Override
        public OptionalInt generation() {
            return OptionalInt.empty();
        }

        @Override
        public boolean hasChain(Family family, String table, String chain) {
            return false;
        }

        @Override
        public List<BaseChain> baseChains() {
            return List.of();
        }

        @Override
        public List<List<Expression>> rules(int family, String table, String chain) {
            return List.of();
        }

        @Override
        public List<SignedRule> signed(int family, String table, String chain, String signature) {
            return List.of();
        }

        @Override
        public void delete(int family, String table, String chain, long handle) {}

        @Override
        public List<SetElement> elements(int family, String table, String set) {
            return List.of();
        }

        @Override
        public void close() {}
    };

    /**
     * A number that the kernel changes with every change of the rules, whoever makes it. As long as it stays the same, so do they. Empty where
     * the kernel does not tell it.
     */
    OptionalInt generation();

    /** Whether there is a chain of that name in that table. Its cost does not grow with the rules. */
    boolean hasChain(Family family, String table, String chain);

    /** Every chain that the kernel leads packets to, of any family; in no order. */
    List<BaseChain> baseChains();

    /**
     * The rules of a chain in their order.
     *
     * @param family {@code NFPROTO_*}
     */
    List<List<Expression>> rules(int family, String table, String chain);

    /**
     * The rules of a chain that have a text somewhere in them, in their order.
     *
     * @param family {@code NFPROTO_*}
     */
    List<SignedRule> signed(int family, String table, String chain, String signature);

    /**
     * Deletes one rule.
     *
     * @param family {@code NFPROTO_*}
     * @param handle of a {@link SignedRule}
     */
    void delete(int family, String table, String chain, long handle);

    /**
     * What is in a set.
     *
     * @param family {@code NFPROTO_*}
     */
    List<SetElement> elements(int family, String table, String set);

    @Override
    void close();
}
