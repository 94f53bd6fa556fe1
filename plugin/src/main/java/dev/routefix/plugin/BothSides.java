package dev.routefix.plugin;

import dev.routefix.attachment.Attachment;
import dev.routefix.netlink.Change;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.RouteAnswer;
import dev.routefix.netlink.RouteQuestion;
import dev.routefix.netlink.Sysctls;
import dev.routefix.plan.AttachPlan;
import dev.routefix.plan.Detour;
import dev.routefix.plan.Difference;
import dev.routefix.plan.NodeSide;
import dev.routefix.plan.Places;
import dev.routefix.plan.PodRoutes;
import dev.routefix.plan.PodSide;
import dev.routefix.plan.Way;
import dev.routefix.plan.Ways;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pod and its node while one attachment is worked on: what both have is read here, a plan is carried out and undone here, and both kernels are asked
 * here. For a thread that is inside the pod's namespace.
 */
final class BothSides {

    private final Netlink inside;
    private final Sysctls sysctls;
    private final Netlink node;
    private final HostInterface host;
    private final IpAddress address;

    /**
     * Both, opened.
     *
     * @param inside the pod's tables
     * @param sysctls its settings
     * @param node the node's tables
     * @param address the node's, to be seen by the pod
     */
    BothSides(Netlink inside, Sysctls sysctls, Netlink node, HostInterface host, IpAddress address) {
        this.inside = inside;
        this.sysctls = sysctls;
        this.node = node;
        this.host = host;
        this.address = address;
    }

    /**
     * Reads both and plans an ADD.
     *
     * @param asked with the gateway that the node has
     * @param link the pod's interface
     */
    AttachPlan plan(Attachment asked, Link link) {
        return AttachPlan.of(asked, pod(asked, link), node(asked.addresses()));
    }

    /** The same for what was attached before. */
    AttachPlan planAgain(Attachment record, Link link) {
        return AttachPlan.again(record, pod(record, link), node(record.addresses()));
    }

    private PodSide pod(Attachment attachment, Link link) {
        var gateway = host.gateway().address();
        var addresses = attachment.addresses();
        var family = gateway.family();
        var rules = inside.rules(family);
        var routes = inside.routes(family, 0);
        if (mayHaveOwnTable(rules, routes, link)) {
            routes.addAll(inside.routes(family, link.index(), PodRoutes.tableOf(link)));
        }
        return new PodSide(
                link,
                parent(link),
                routes,
                rules,
                detours(rules, link, addresses),
                leadsTo(gateway, routes, link) ? permanent(inside, link.index(), List.of(gateway)) : List.of(),
                redirects(family, link.name()));
    }

    /** Where there is no route to it that an ADD has left, its hardware address is not asked for: a new pod is not to wait for what it cannot have. */
    private static boolean leadsTo(IpAddress gateway, List<Route> routes, Link link) {
        for (var route : routes) {
            if (route.link() == link.index() && route.destination().equals(gateway.host())) {
                return true;
            }
        }
        return false;
    }

    private static boolean mayHaveOwnTable(List<PolicyRule> rules, List<Route> routes, Link link) {
        for (var rule : rules) {
            if (rule.protocol() == Route.OURS) {
                return true;
            }
        }
        for (var route : routes) {
            if (route.destination().isDefault() && route.link() != link.index()) {
                return true;
            }
        }
        return false;
    }

    /** The node's interface that the pod's sits on. Its index alone proves nothing, as each namespace counts its own. */
    private @Nullable Link parent(Link link) {
        if (link.parent() == 0) {
            return null;
        }
        boolean onNode = link.parentNamespace() == Link.HERE
                ? inside.cookie() == node.cookie() && inside.cookie() != 0
                : inside.numberOf(node) == link.parentNamespace();
        if (!onNode) {
            return null;
        }
        return link.parent() == host.parent().index() ? host.parent() : node.link(link.parent());
    }

    private List<Detour> detours(List<PolicyRule> rules, Link link, List<IpAddress> addresses) {
        var detours = new ArrayList<Detour>();
        for (var rule : rules) {
            if (Detour.concerns(rule, link, addresses)) {
                var table = rule.action() == PolicyRule.TO_TABLE
                        ? inside.routes(rule.family(), 0, rule.table())
                        : List.<Route>of();
                var questions = Detour.questions(rule, link, addresses, address, table);
                var answers = inside.ask(questions);
                for (int at = 0; at < questions.size(); at++) {
                    detours.add(new Detour(rule, questions.get(at), answers.get(at)));
                }
            }
        }
        return detours;
    }

    /** Whether redirects are taken: IPv4 ORs the interface's setting with that of all. */
    private Map<String, String> redirects(Family family, String ifname) {
        var names = switch (family) {
            case IPV4 -> List.of("net/ipv4/conf/all/accept_redirects", "net/ipv4/conf/" + ifname + "/accept_redirects");
            case IPV6 -> List.of("net/ipv6/conf/" + ifname + "/accept_redirects");
        };
        var settings = new LinkedHashMap<String, String>();
        for (var name : names) {
            var value = sysctls.read(name);
            if (value != null) {
                settings.put(name, value);
            }
        }
        return settings;
    }

    private NodeSide node(List<IpAddress> addresses) {
        var questions = new ArrayList<RouteQuestion>();
        for (var address : addresses) {
            questions.add(RouteQuestion.sent(null, address));
        }
        questions.add(RouteQuestion.sent(null, Places.farAway(address.family())));
        var answers = node.ask(questions);
        var toPod = answers.subList(0, addresses.size());
        int link = host.link().index();
        boolean knowsPod = false;
        for (var answer : toPod) {
            knowsPod |= answer.leaves(link);
        }
        return new NodeSide(
                host.link(),
                host.parent(),
                address,
                toPod,
                answers.getLast(),
                knowsPod ? permanent(node, link, addresses) : List.of());
    }

    private static List<Neighbour> permanent(Netlink netlink, int link, List<IpAddress> addresses) {
        var found = new ArrayList<Neighbour>();
        for (var address : addresses) {
            var neighbour = netlink.neighbour(link, address);
            if (neighbour != null && neighbour.state() == Neighbour.PERMANENT) {
                found.add(neighbour);
            }
        }
        return found;
    }

    /** Makes the pod as planned; if the kernel refuses any of it, everything is put back and the refusal thrown. */
    void changePod(AttachPlan plan) {
        try {
            apply(plan.inPod());
        } catch (RuntimeException refused) {
            undoPod(plan, refused);
            throw refused;
        }
    }

    /** Puts back what the pod had; a failure of that joins {@code cause}. */
    void undoPod(AttachPlan plan, RuntimeException cause) {
        try {
            apply(plan.undoInPod());
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private void apply(Difference difference) {
        apply(inside, difference.changes());
        set(difference.sysctls());
    }

    private void set(Map<String, String> settings) {
        for (var setting : settings.entrySet()) {
            sysctls.write(setting.getKey(), setting.getValue());
        }
    }

    private static void apply(Netlink netlink, List<Change> changes) {
        if (!changes.isEmpty()) {
            netlink.apply(changes);
        }
    }

    /** The same for the node. */
    void changeNode(AttachPlan plan) {
        try {
            apply(node, plan.onNode().changes());
        } catch (RuntimeException refused) {
            undoNode(plan, refused);
            throw refused;
        }
    }

    void undoNode(AttachPlan plan, RuntimeException cause) {
        try {
            apply(node, plan.undoOnNode().changes());
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    /** Brings back what has gone from the pod since it was made as planned; what others have added stays. */
    void repairPod(AttachPlan plan) {
        apply(inside, plan.inPod().repairs());
        set(plan.inPod().sysctls());
    }

    /** The same for the node. */
    void repairNode(AttachPlan plan) {
        apply(node, plan.onNode().repairs());
    }

    /** What is not as planned, or is and does not do what it is for, in a sentence; null if all is well. */
    @Nullable
    String fault(AttachPlan plan) {
        if (!plan.refusals().isEmpty()) {
            return String.join("; ", plan.refusals());
        }
        if (!plan.inPod().nothingMissing()) {
            return lack("the pod", plan.inPod());
        }
        if (!plan.onNode().nothingMissing()) {
            return lack("the node", plan.onNode());
        }
        var inPod = faultInPod(plan);
        return inPod != null ? inPod : faultOnNode(plan);
    }

    private static String lack(String where, Difference difference) {
        return where + " lacks " + difference.puts()
                + (difference.sysctls().isEmpty() ? "" : " " + difference.sysctls());
    }

    /** What would go another way in the pod than it should, in a sentence; null if nothing would. */
    @Nullable
    String faultInPod(AttachPlan plan) {
        return fault(inside, plan.ways().inPod());
    }

    /** The same on the node. */
    @Nullable
    String faultOnNode(AttachPlan plan) {
        return fault(node, plan.ways().onNode());
    }

    private static @Nullable String fault(Netlink netlink, List<Way> ways) {
        var answers = netlink.ask(Ways.questions(ways));
        int at = Ways.firstAstray(ways, answers);
        if (at < 0) {
            return null;
        }
        var rules = netlink.rules(ways.get(at).question().destination().family());
        return ways.get(at).fault(answers.get(at), nameOf(netlink, answers.get(at)), rules);
    }

    private static String nameOf(Netlink netlink, RouteAnswer answer) {
        var route = answer.route();
        var link = route == null ? null : netlink.link(route.link());
        return link == null ? "?" : link.name();
    }

    /** Routes of the pod that the node does not follow, a sentence each. */
    List<String> notFollowed(AttachPlan plan) {
        var left = plan.ways().left();
        if (left.isEmpty()) {
            return List.of();
        }
        var questions = new ArrayList<RouteQuestion>();
        for (var each : left) {
            questions.add(each.way().question());
        }
        var answers = node.ask(questions);
        var notices = new ArrayList<String>();
        for (int at = 0; at < left.size(); at++) {
            var answer = answers.get(at);
            if (!left.get(at).way().isTaken(answer)) {
                notices.add(left.get(at)
                        .notice(answer, nameOf(node, answer), host.parent().name()));
            }
        }
        return notices;
    }
}
