package dev.routefix.netlink.namespace;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.Ruleset;
import dev.routefix.netlink.codec.NftRuleMessage;
import dev.routefix.netlink.codec.RulesetMessage;
import dev.routefix.netlink.codec.SetElementMessage;
import dev.routefix.netlink.nftables.BaseChain;
import dev.routefix.netlink.nftables.Expression;
import dev.routefix.netlink.nftables.SetElement;
import dev.routefix.netlink.nftables.SignedRule;
import dev.routefix.netlink.sys.Refusal;
import dev.routefix.netlink.sys.Transport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.OptionalInt;

/** Questions to the kernel's packet filter subsystem. A refusal means that there is no such thing: no chain, or no nftables at all. */
final class Nfnetlink implements Ruleset {

    private final Conversation kernel;

    Nfnetlink(Transport transport) {
        this.kernel = new Conversation(transport);
    }

    @Override
    public OptionalInt generation() {
        try {
            RulesetMessage.writeGeneration(kernel.blank());
            return OptionalInt.of(RulesetMessage.readGeneration(kernel.ask()));
        } catch (Refusal refusal) {
            return OptionalInt.empty();
        }
    }

    @Override
    public boolean hasChain(Family family, String table, String chain) {
        try {
            RulesetMessage.writeChain(kernel.blank(), family, table, chain);
            kernel.ask();
            return true;
        } catch (Refusal refusal) {
            return false;
        }
    }

    @Override
    public List<BaseChain> baseChains() {
        try {
            var tables = new HashMap<String, Long>();
            RulesetMessage.writeTables(kernel.blank());
            for (var body : kernel.dump()) {
                RulesetMessage.readTable(body, tables);
            }
            var chains = new ArrayList<BaseChain>();
            RulesetMessage.writeChains(kernel.blank());
            for (var body : kernel.dump()) {
                var chain = RulesetMessage.readBaseChain(body, tables);
                if (chain != null) {
                    chains.add(chain);
                }
            }
            return chains;
        } catch (Refusal refusal) {
            throw refusal.of("list the chains of nftables");
        }
    }

    @Override
    public List<List<Expression>> rules(int family, String table, String chain) {
        try {
            var rules = new ArrayList<List<Expression>>();
            NftRuleMessage.writeDump(kernel.blank(), family, table, chain);
            for (var body : kernel.dump()) {
                rules.add(NftRuleMessage.read(body));
            }
            return rules;
        } catch (Refusal refusal) {
            throw refusal.of("list the rules of " + table + " " + chain);
        }
    }

    @Override
    public List<SignedRule> signed(int family, String table, String chain, String signature) {
        try {
            var rules = new ArrayList<SignedRule>();
            NftRuleMessage.writeDump(kernel.blank(), family, table, chain);
            for (var body : kernel.dump()) {
                var rule = NftRuleMessage.readSigned(body, signature);
                if (rule != null) {
                    rules.add(rule);
                }
            }
            return rules;
        } catch (Refusal refusal) {
            throw refusal.of("list the rules of " + table + " " + chain);
        }
    }

    @Override
    public void delete(int family, String table, String chain, long handle) {
        try {
            NftRuleMessage.writeDeletion(kernel.blank(), family, table, chain, handle);
            kernel.transact();
        } catch (Refusal refusal) {
            throw refusal.of("delete rule " + handle + " of " + table + " " + chain);
        }
    }

    @Override
    public List<SetElement> elements(int family, String table, String set) {
        try {
            var elements = new ArrayList<SetElement>();
            SetElementMessage.writeDump(kernel.blank(), family, table, set);
            for (var body : kernel.dump()) {
                elements.addAll(SetElementMessage.read(body));
            }
            return elements;
        } catch (Refusal refusal) {
            throw refusal.of("list the set " + table + " " + set);
        }
    }

    @Override
    public void close() {
        kernel.close();
    }
}
