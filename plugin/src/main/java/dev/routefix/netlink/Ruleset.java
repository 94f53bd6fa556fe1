package dev.routefix.netlink;

import java.util.OptionalInt;

/**
 * The rules of one network namespace that are in nftables, as far as netlink tells of them cheaply; what they say is iptables' business. Opened by
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
        public void close() {}
    };

    /**
     * A number that the kernel changes with every change of the rules, whoever makes it. As long as it stays the same, so do they. Empty where
     * the kernel does not tell it.
     */
    OptionalInt generation();

    /** Whether there is a chain of that name in that table. Its cost does not grow with the rules. */
    boolean hasChain(Family family, String table, String chain);

    @Override
    void close();
}
