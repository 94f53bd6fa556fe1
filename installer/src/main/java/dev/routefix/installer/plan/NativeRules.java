package dev.routefix.installer.plan;

import dev.routefix.netlink.nftables.BaseChain;
import dev.routefix.netlink.nftables.Expression;
import dev.routefix.netlink.nftables.SetElement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What others have in nftables beside iptables' tables, as far as forwarded packets of IPv4 meet it.
 *
 * @param bases the chains that the kernel leads them to
 * @param chains rules of these and of those that they lead to, by {@link #key}
 * @param sets what is in the sets that never change, by {@link #key}
 * @param natNumber the number of iptables' own table nat, by which it is older or younger than others'; 0 if there is none
 */
public record NativeRules(
        List<BaseChain> bases,
        Map<String, List<List<Expression>>> chains,
        Map<String, List<SetElement>> sets,
        long natNumber) {

    public static final NativeRules NONE = new NativeRules(List.of(), Map.of(), Map.of(), 0);

    public NativeRules {
        bases = List.copyOf(bases);
        chains = Map.copyOf(chains);
        sets = Map.copyOf(sets);
    }

    /** What names a chain or set among those of all tables. */
    public static String key(BaseChain base, String name) {
        return base.family() + " " + base.table() + " " + name;
    }

    /** The rules of a chain in the base chain's table; null where they were too many to be read. */
    @Nullable
    List<List<Expression>> rules(BaseChain base, String chain) {
        return chains.get(key(base, chain));
    }

    @Nullable
    List<SetElement> elements(BaseChain base, String set) {
        return sets.get(key(base, set));
    }
}
