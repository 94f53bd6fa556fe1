package dev.routefix.netlink.namespace;

import dev.routefix.netlink.Errno;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.NatTables;
import dev.routefix.netlink.TrackedFlow;
import dev.routefix.netlink.codec.ConntrackMessage;
import dev.routefix.netlink.codec.NatTableMessage;
import dev.routefix.netlink.codec.SetElementMessage;
import dev.routefix.netlink.nftables.Element;
import dev.routefix.netlink.nftables.NatTable;
import dev.routefix.netlink.nftables.NatTable.TableContent;
import dev.routefix.netlink.sys.Buffers;
import dev.routefix.netlink.sys.Refusal;
import dev.routefix.netlink.sys.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tables of our own by netlink. */
final class Nfnat implements NatTables {

    /** So many elements go into one transaction: each takes up to 56 bytes of a buffer, and the table itself up to 4,500. */
    private static final int BATCH = 150;

    private final Conversation kernel;

    Nfnat(Transport transport) {
        this.kernel = new Conversation(transport);
    }

    @Override
    public @Nullable TableContent read(NatTable table) {
        try {
            NatTableMessage.writeLookup(kernel.blank(), table);
            kernel.ask();
        } catch (Refusal refusal) {
            // the latter two from a kernel without nftables
            if (refusal.is(Errno.ENOENT) || refusal.is(Errno.EINVAL) || refusal.is(Errno.EPROTONOSUPPORT)) {
                return null;
            }
            throw refusal.of("look for the table " + table.name());
        }
        try {
            var rules = new ArrayList<String>();
            NatTableMessage.writeRuleDump(kernel.blank(), table);
            for (var body : kernel.dump()) {
                rules.add(NatTableMessage.readRule(body));
            }
            var elements = new ArrayList<Element>();
            for (var set : table.sets()) {
                elements.addAll(elements(table, set.name()));
            }
            return new TableContent(rules, elements);
        } catch (Refusal refusal) {
            throw refusal.of("read the table " + table.name());
        }
    }

    private List<Element> elements(NatTable table, String set) {
        var elements = new ArrayList<Element>();
        try {
            SetElementMessage.writeDump(kernel.blank(), table.family(), table.name(), set);
            for (var body : kernel.dump()) {
                elements.addAll(NatTableMessage.readElements(body, set));
            }
        } catch (Refusal refusal) {
            if (!refusal.is(Errno.ENOENT)) { // somebody has deleted it
                throw refusal;
            }
        }
        return elements;
    }

    private interface Writing {
        void write(ByteBuffer out);
    }

    private void transact(Writing writing, String attempt) {
        var out = Buffers.LARGE.take();
        try {
            kernel.blank();
            writing.write(out);
            kernel.transact(out);
        } catch (Refusal refusal) {
            throw refusal.of(attempt);
        } finally {
            Buffers.LARGE.giveBack(out);
        }
    }

    @Override
    public void make(NatTable table, List<Element> elements) {
        int first = Math.min(BATCH, elements.size());
        transact(
                out -> NatTableMessage.writeAnew(out, table, elements.subList(0, first)),
                "make the nftables table " + table.name());
        change(table, List.of(), elements.subList(first, elements.size()));
    }

    /** In one transaction, unless there are very many. */
    @Override
    public void change(NatTable table, List<Element> gone, List<Element> added) {
        if (gone.size() + added.size() <= BATCH) {
            changeAtOnce(table, gone, added);
            return;
        }
        for (int at = 0; at < gone.size(); at += BATCH) {
            changeAtOnce(table, part(gone, at), List.of());
        }
        for (int at = 0; at < added.size(); at += BATCH) {
            changeAtOnce(table, List.of(), part(added, at));
        }
    }

    private void changeAtOnce(NatTable table, List<Element> gone, List<Element> added) {
        if (!gone.isEmpty() || !added.isEmpty()) {
            transact(
                    out -> NatTableMessage.writeChange(out, table, gone, added),
                    "change the nftables table " + table.name());
        }
    }

    private static List<Element> part(List<Element> elements, int from) {
        return elements.subList(from, Math.min(from + BATCH, elements.size()));
    }

    @Override
    public void remove(NatTable table) {
        transact(out -> NatTableMessage.writeRemoval(out, table), "remove the nftables table " + table.name());
    }

    @Override
    public List<TrackedFlow> flows(Family family, int transport, int port) {
        try {
            ConntrackMessage.writeDump(kernel.blank(), family, transport, port);
            return kernel.dump(body -> ConntrackMessage.read(body, transport, port));
        } catch (Refusal refusal) {
            throw refusal.of("list the conversations that the kernel remembers");
        }
    }

    @Override
    public void forget(TrackedFlow flow) {
        try {
            ConntrackMessage.writeDeletion(kernel.blank(), flow);
            kernel.transact();
        } catch (Refusal refusal) {
            if (!refusal.is(Errno.ENOENT)) {
                throw refusal.of("have the kernel forget a conversation with " + flow.destination());
            }
        }
    }

    @Override
    public void close() {
        kernel.close();
    }
}
