package dev.routefix.netlink.namespace;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.Ruleset;
import dev.routefix.netlink.codec.RulesetMessage;
import dev.routefix.netlink.sys.Refusal;
import dev.routefix.netlink.sys.Transport;
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
    public void close() {
        kernel.close();
    }
}
