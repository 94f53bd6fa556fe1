package dev.routefix.installer.host;

import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.files.AtomicFiles;
import dev.routefix.installer.log.HostProblem;
import dev.routefix.installer.plan.Finding;
import dev.routefix.installer.plan.Item;
import dev.routefix.installer.plan.Repair;
import dev.routefix.installer.plan.Repair.ChangeRule;
import dev.routefix.installer.process.DhcpDaemon;
import dev.routefix.netlink.Change;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.Netlink;
import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.Sysctls;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Carries repairs out. */
final class HostRepairs {

    private final Configuration configuration;
    private final Host host;
    private final Netlink netlink;
    private final Sysctls sysctls;
    private final @Nullable DhcpDaemon dhcpDaemon;

    HostRepairs(
            Configuration configuration, Host host, Netlink netlink, Sysctls sysctls, @Nullable DhcpDaemon dhcpDaemon) {
        this.configuration = configuration;
        this.host = host;
        this.netlink = netlink;
        this.sysctls = sysctls;
        this.dhcpDaemon = dhcpDaemon;
    }

    /**
     * Carries out what is to be done, and gives what that was. One thing in trouble does not keep the others from what they need: a full disk must not
     * cost a pod its way. Only what invites pods waits until everything is well; a pod that cannot be mended is no reason, and a finding of its own.
     *
     * @param unread problems that there are already
     * @param known what else is wrong, to be told with the problems if there are any
     * @param atLast is asked before that for what may still be wrong
     */
    Repaired applyAll(List<Item> items, List<String> unread, Set<String> known, Supplier<List<String>> atLast) {
        var applied = new LinkedHashSet<String>();
        var pods = new ArrayList<Finding>();
        var problems = new LinkedHashSet<>(unread);
        @Nullable Set<Repair> rules = null;
        boolean asked = false;
        for (var item : items) {
            if (item.afterAll() && !asked) {
                problems.addAll(atLast.get());
                asked = true;
            }
            if (problems.isEmpty() || !item.afterAll()) {
                try {
                    for (var repair : item.repairs()) {
                        if (repair instanceof ChangeRule && rules == null) {
                            rules = changeRules(items);
                        }
                        if (rules == null || !rules.contains(repair)) {
                            apply(repair);
                        }
                        host.carriedOut(repair);
                        applied.add(repair.toString());
                    }
                } catch (HostProblem | NetlinkException e) {
                    var why = String.valueOf(e.getMessage());
                    if (item.repairs().getFirst() instanceof Repair.Reconnect reconnect) {
                        pods.add(notMended("pod " + reconnect.attachment().name(), why));
                    } else {
                        problems.add(why);
                    }
                }
            }
        }
        if (!problems.isEmpty()) {
            problems.addAll(known);
            throw new HostProblem(String.join("\n", problems));
        }
        return new Repaired(applied, pods);
    }

    private static Finding notMended(String pod, String why) {
        return Finding.told(
                pod,
                "it may not be reached, or may not reach others",
                pod + " cannot be mended (" + why + ")",
                "delete it to have it made anew; it is tried again by itself");
    }

    /** Carries out, table by table, what is to be done to rules; what of it that was. */
    private Set<Repair> changeRules(List<Item> items) {
        var tables = new HashMap<String, List<ChangeRule>>();
        for (var item : items) {
            for (var repair : item.repairs()) {
                if (repair instanceof ChangeRule change) {
                    var table = change.mode() + change.rule().chain().table;
                    tables.computeIfAbsent(table, _ -> new ArrayList<>()).add(change);
                }
            }
        }
        var done = new HashSet<Repair>();
        for (var changes : tables.values()) {
            if (changes.size() > 1 && host.iptables().changeTogether(changes)) {
                done.addAll(changes);
            }
        }
        return done;
    }

    /**
     * Carries one out, whole.
     *
     * @throws HostProblem if it cannot be done, and {@link NetlinkException} if it is the kernel who says so
     */
    void apply(Repair repair) {
        try {
            switch (repair) {
                case Repair.PutRuntime put -> host.builds(configuration).put(put.build());
                case Repair.RemoveRuntime remove -> host.builds(configuration).remove(remove.build());
                case Repair.WriteFile write -> write(write);
                case Repair.RemoveFile remove -> {
                    Files.deleteIfExists(host.paths().here(remove.path()));
                    host.installed().remove(remove.path());
                }
                case Repair.CreateLink create -> create(create);
                case Repair.ChangeLink change -> netlink.apply(change.changes());
                case Repair.Set set -> sysctls.write(set.name(), set.value());
                case Repair.PutRule put -> host.iptables().put(put);
                case Repair.DeleteRule delete -> host.iptables().delete(delete);
                case Repair.Reconnect reconnect -> host.pods(netlink).reconnect(reconnect.attachment());
                case Repair.OpenHostPorts _ -> host.pods(netlink).openPorts();
                case Repair.ShutHostPorts _ -> host.pods(netlink).shutPorts();
                case Repair.StartDhcpDaemon _ ->
                    Objects.requireNonNull(dhcpDaemon).start();
            }
        } catch (IOException e) {
            throw HostProblem.of(repair.toString(), e);
        }
    }

    private void write(Repair.WriteFile write) throws IOException {
        var file = write.file();
        // whoever dies in between leaves a record without its file, or a file in another's place that the next one
        // knows by its content
        var here = host.paths().here(file.path());
        boolean replaces = Files.exists(here);
        if (write.recorded() && !replaces) {
            host.installed().add(file.path(), file.content().digest());
        }
        AtomicFiles.write(here, file.content(), file.executable());
        if (write.recorded() && replaces) {
            host.installed().add(file.path(), file.content().digest());
        }
    }

    /** An interface that could not be finished is taken away again. */
    private void create(Repair.CreateLink create) {
        var wanted = create.link();
        var mac = Objects.requireNonNull(wanted.mac());
        netlink.apply(List.of(new Change.CreateMacvlan(
                wanted.name(), wanted.parent(), mac, wanted.flags(), Link.NOARP | Link.MULTICAST)));
        var link = netlink.link(wanted.name());
        if (link == null) {
            throw new HostProblem(wanted.name() + " is gone right after it was made: look for who removes it");
        }
        try {
            create.settings().forEach(sysctls::write);
            var changes = new ArrayList<Change>();
            for (var address : wanted.addresses()) {
                changes.add(new Change.PutAddress(new LinkAddress(link.index(), address.prefix(), address.scope())));
            }
            changes.add(new Change.SetFlags(link.index(), Link.UP, Link.UP));
            netlink.apply(changes);
        } catch (NetlinkException e) {
            netlink.apply(List.of(new Change.DeleteLink(link.index())));
            throw e;
        }
    }
}
