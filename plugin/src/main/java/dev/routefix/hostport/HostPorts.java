package dev.routefix.hostport;

import dev.routefix.attachment.Attachment;
import dev.routefix.cni.PortMapping.Protocol;
import dev.routefix.netlink.Change;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.NatTables;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.RouteQuestion;
import dev.routefix.netlink.Sysctls;
import dev.routefix.netlink.TrackedFlow;
import dev.routefix.netlink.nftables.Element;
import java.util.ArrayList;
import java.util.List;

/**
 * The ports of a node that lead to its pods. Whoever adds or removes a pod with some, or looks after the node, has the table follow the records: there is
 * one way for all of them, and what one of them leaves undone the next one does. They exclude each other by
 * {@link dev.routefix.attachment.Attachments#exclusively}.
 */
public final class HostPorts implements AutoCloseable {

    /** The name of the table of nftables that holds them. */
    public static final String TABLE = "route-fix-hostports";

    private final NatTables tables;
    private final Netlink node;

    /**
     * Those of one node.
     *
     * @param tables in the node's nftables, closed with this
     * @param node its routing tables
     */
    public HostPorts(NatTables tables, Netlink node) {
        this.tables = tables;
        this.node = node;
    }

    /**
     * Has the node do for these attachments what their records say, and no more.
     *
     * @throws dev.routefix.netlink.NetlinkException if the kernel refuses
     */
    public void follow(List<Attachment> attachments) {
        var wanted = HostPortTable.elements(attachments);
        var found = tables.read(HostPortTable.TABLE);
        var plan = HostPortPlan.of(HostPortTable.TABLE, wanted, found);
        // the guard is there whenever the gate is open
        setGates(plan.gone(), false);
        switch (plan.step()) {
            case LEAVE -> {
                // all is well
            }
            case CHANGE -> tables.change(HostPortTable.TABLE, plan.gone(), plan.added());
            case MAKE -> tables.make(HostPortTable.TABLE, wanted);
            case REMOVE -> tables.remove(HostPortTable.TABLE);
        }
        setGates(wanted, true);
        forget(plan);
    }

    /** An interface that is gone has taken its setting along, and one that is made again is looked after by who makes it. */
    private void setGates(List<Element> elements, boolean open) {
        var changes = new ArrayList<Change>();
        for (var element : elements) {
            var name = HostPortTable.gate(element);
            var link = name == null ? null : node.link(name);
            if (link != null) {
                changes.add(new Change.SetRouteLocalnet(link.index(), open));
            }
        }
        if (!changes.isEmpty()) {
            node.apply(changes);
        }
    }

    /**
     * A client of UDP goes on asking from the same port, and the kernel goes on sending that where it did before: to a pod that is gone, or to the node
     * itself. Of TCP nothing is left that goes on.
     */
    private void forget(HostPortPlan plan) {
        for (var element : plan.gone()) {
            var old = Translation.of(element);
            if (old != null && old.transport() == Protocol.UDP.number) {
                for (var flow : flows(old)) {
                    if (flow.answerer().equals(old.pod()) && flow.answererPort() == old.containerPort()) {
                        tables.forget(flow);
                    }
                }
            }
        }
        for (var element : plan.added()) {
            var made = Translation.of(element);
            if (made != null && made.transport() == Protocol.UDP.number) {
                for (var flow : flows(made)) {
                    if (made.hostIp() == null ? isOfNode(flow) : made.hostIp().equals(flow.destination())) {
                        tables.forget(flow);
                    }
                }
            }
        }
    }

    private List<TrackedFlow> flows(Translation translation) {
        return tables.flows(Family.IPV4, translation.transport(), translation.hostPort());
    }

    private boolean isOfNode(TrackedFlow flow) {
        return node.ask(List.of(RouteQuestion.sent(null, flow.destination())))
                .getFirst()
                .isLocal();
    }

    /** Whether {@link #follow} would do anything. For a thread in the node's namespace. */
    public boolean differ(List<Attachment> attachments, Sysctls sysctls) {
        var wanted = HostPortTable.elements(attachments);
        var plan = HostPortPlan.of(HostPortTable.TABLE, wanted, tables.read(HostPortTable.TABLE));
        return plan.step() != HostPortPlan.Step.LEAVE || isAnyGateShut(wanted, sysctls);
    }

    private static boolean isAnyGateShut(List<Element> elements, Sysctls sysctls) {
        for (var element : elements) {
            var name = HostPortTable.gate(element);
            if (name != null && "0".equals(sysctls.read("net/ipv4/conf/" + name + "/route_localnet"))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the node does for this attachment, whatever it does for others, what its record says. */
    public boolean serve(Attachment attachment) {
        var found = tables.read(HostPortTable.TABLE);
        return attachment.portMappings().isEmpty()
                || (found != null
                        && found.rules().equals(HostPortTable.TABLE.rules())
                        && found.elements().containsAll(HostPortTable.elements(List.of(attachment))));
    }

    @Override
    public void close() {
        tables.close();
    }
}
