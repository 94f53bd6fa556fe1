package dev.routefix.plugin;

import dev.routefix.attachment.MadeInterface;
import dev.routefix.attachment.MadeInterfaces;
import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniException;
import dev.routefix.cni.CniRequest;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.Json;
import dev.routefix.cni.NetConf;
import dev.routefix.netlink.Change;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.namespace.Namespace;
import dev.routefix.plan.LanInterface;
import dev.routefix.sandbox.Sandboxes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The pods' interfaces that we make ourselves, with their addresses: what the plugins before us do where there are some. From "the interface exists" on
 * everything is {@link Add}'s, {@link Del}'s and {@link Check}'s business, as in a chain.
 */
final class PodInterfaces {

    private final MadeInterfaces made;
    private final Sandboxes sandboxes;
    private final Supplier<Netlink> tables;
    private final Provisions provisions;
    private final Departures departures;
    private final Map<String, String> environment;
    private final Consumer<String> notices;

    /**
     * Those of one call.
     *
     * @param run {@code /run/route-fix}
     * @param tables the node's
     * @param departures those of all calls
     * @param environment what we were called with
     * @param notices takes a sentence about each thing that is no failure and yet not as it was asked for
     */
    PodInterfaces(
            Path run,
            Sandboxes sandboxes,
            Supplier<Netlink> tables,
            Provisions provisions,
            Departures departures,
            Map<String, String> environment,
            Consumer<String> notices) {
        this.made = new MadeInterfaces(run);
        this.sandboxes = sandboxes;
        this.tables = tables;
        this.provisions = provisions;
        this.departures = departures;
        this.environment = environment;
        this.notices = notices;
    }

    /** ADD: the interface, its addresses, and all that {@code add} does for one that is there. On failure nothing is left of any. */
    Map<String, @Nullable Object> add(CniRequest request, Add add) {
        add.refuseIfRetired(request.conf());
        var sandbox = Pod.sandbox(request, sandboxes);
        var mac = request.mac();
        departures.await(request.netns(), request.attached().ifname());
        try (var node = tables.get();
                var ports = add.ports(request, node)) {
            var master = master(request.conf(), node);
            var host = HostInterface.find(node, request.conf());
            refuseSecond(request, sandbox);
            var giver = giver(request, environment);
            var given = giver.give(request, mac);
            try {
                remember(request, given);
                // there and back: if it fails, the addresses are given back where the node is
                return Namespace.visit(
                        sandbox,
                        (inside, sysctls) -> new PodInterface(request, sandbox, inside, sysctls, node)
                                .make(
                                        given,
                                        master,
                                        after -> add.attach(after, sandbox, host, inside, sysctls, node, ports)));
            } catch (RuntimeException e) {
                takeBack(request, giver, e);
                throw e;
            }
        }
    }

    /** The LAN's interface, found fit. */
    private Link master(NetConf conf, Netlink node) {
        var name = String.valueOf(conf.master());
        var link = node.link(name);
        var controller = link == null ? null : node.link(link.controller());
        var lower = link == null || !link.isMacvlan() ? null : node.link(link.parent());
        boolean wireless = link != null && Radio.isIn(provisions.interfaces(), link);
        var problems = LanInterface.problems("\"master\"", name, link, wireless, lower, controller);
        if (link == null || !problems.isEmpty()) {
            throw new CniException(ErrorCode.INVALID_CONFIG, String.join("\n", problems));
        }
        if (conf.own().mtu() > link.mtu()) {
            throw new CniException(
                    ErrorCode.INVALID_CONFIG,
                    "\"mtu\" " + conf.own().mtu() + " is more than the " + link.mtu() + " of \"master\" " + name
                            + ": a macvlan's is at most its parent's");
        }
        return link;
    }

    /** A repeated ADD must not give away the addresses of the first one. */
    private void refuseSecond(CniRequest request, Path sandbox) {
        var id = request.attached();
        if (made.find(id) != null && find(sandbox, id.ifname()) != null) {
            throw PodInterface.exists(id.ifname(), sandbox);
        }
    }

    private static @Nullable Link find(Path sandbox, String ifname) {
        return Namespace.visit(sandbox, (inside, _) -> inside.link(ifname));
    }

    /** Should this process die, GC finds what to take away, as DEL does anyway. */
    private void remember(CniRequest request, AddressGiver.Given given) {
        var env = new HashMap<String, String>();
        for (var variable : environment.entrySet()) {
            if (variable.getKey().startsWith("CNI_") || variable.getKey().equals("PATH")) {
                env.put(variable.getKey(), variable.getValue());
            }
        }
        made.save(new MadeInterface(
                request.attached(), request.conf().name(), env, request.conf().json(), given.result()));
    }

    private void takeBack(CniRequest request, AddressGiver giver, RuntimeException cause) {
        try {
            giver.takeBack(request);
            made.forget(request.attached());
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * DEL, after the node's side: the addresses, as the reference plugin has it, and then the interface, if its sandbox is there. The record stays until all of it is
     * done, so that another DEL or GC finds what is left should this process die.
     *
     * @param afterwards takes what is to be done when the caller has his answer
     * @throws CniException of a plugin that does not take them back: the runtime has to try again
     */
    void del(CniRequest request, Consumer<Runnable> afterwards) {
        var netns = request.netns();
        var ifname = request.attached().ifname();
        departures.await(netns, ifname);
        var record = made.find(request.attached());
        var ours = request.conf().own().ipam() != null || record == null ? request : parse(record);
        giveBack(ours, environment, record != null);
        departures.begin(netns, ifname);
        afterwards.accept(() -> {
            try {
                takeAway(netns, ifname);
                made.forget(request.attached());
            } finally {
                departures.ended(netns, ifname);
            }
        });
    }

    private AddressGiver giver(CniRequest request, Map<String, String> env) {
        return AddressGiver.of(request.conf().own().ipam(), provisions, env);
    }

    /** The same for an attachment of which no DEL has come, by what is remembered of its ADD; nothing if that was none of ours. */
    void forget(AttachmentId id, boolean sandboxIsThere) {
        var record = made.find(id);
        if (record != null) {
            var request = parse(record);
            departures.await(request.netns(), id.ifname());
            if (sandboxIsThere) {
                takeAway(request.netns(), id.ifname());
            }
            giveBack(request, record.environment(), true);
            made.forget(id);
        }
    }

    private void giveBack(CniRequest request, Map<String, String> env, boolean isMade) {
        try {
            giver(request, env).takeBack(request);
        } catch (CniException e) {
            if (isMade) {
                throw e;
            }
            // of what there never was
            notices.accept(e.getMessage() + "; nothing is known of " + request.attached());
        }
    }

    private static CniRequest parse(MadeInterface record) {
        var environment = new HashMap<>(record.environment());
        environment.put("CNI_COMMAND", "DEL");
        return CniRequest.parse(environment, Json.write(record.conf()).getBytes(StandardCharsets.UTF_8));
    }

    private void takeAway(String netns, String ifname) {
        if (netns.isEmpty() || !sandboxes.isThere(netns, null)) {
            return;
        }
        try {
            Namespace.visit(sandboxes.locate(netns), (inside, _) -> {
                var link = inside.link(ifname);
                if (link != null && link.isMacvlan()) {
                    inside.apply(List.of(new Change.DeleteLink(link.index())));
                }
                return ifname;
            });
        } catch (NetlinkException gone) {
            // with all that was in it
        }
    }

    /** CHECK, before the ways that {@link Check} looks at: the interface itself, and what its addresses' giver says. */
    void check(CniRequest request) {
        var sandbox = Pod.sandbox(request, sandboxes);
        Namespace.visit(sandbox, (inside, sysctls) -> {
            new PodInterface(request, sandbox, inside, sysctls, inside).check();
            return sandbox;
        });
        var record = made.find(request.attached());
        giver(request, environment).pass(record == null ? request : request.asGiven(record.given()));
    }

    /** STATUS: whether an interface could be made, and addresses had. */
    void status(CniRequest request) {
        try (var node = tables.get()) {
            var _ = master(request.conf(), node);
        } catch (CniException e) {
            throw new CniException(ErrorCode.NOT_AVAILABLE, String.valueOf(e.getMessage()));
        }
        giver(request, environment).pass(request);
    }

    /**
     * GC, before the node's side: of what the runtime does not know any more.
     *
     * @param there whether the sandbox of an attachment is the one it was made in
     */
    void gc(CniRequest request, List<AttachmentId> valid, Predicate<AttachmentId> there) {
        for (var record : made.all()) {
            var id = record.id();
            if (record.network().equals(request.conf().name()) && !valid.contains(id)) {
                try {
                    forget(id, there.test(id));
                } catch (RuntimeException e) {
                    notices.accept("left something of " + id + " behind: " + e.getMessage());
                }
            }
        }
        giver(request, environment).pass(request);
    }
}
