package dev.routefix.installer.plan;

import dev.routefix.installer.plan.Found.HostPortState;
import dev.routefix.installer.plan.Repair.PutRuntime;
import dev.routefix.installer.plan.Repair.RemoveFile;
import dev.routefix.installer.plan.Repair.RemoveRuntime;
import dev.routefix.installer.plan.Repair.StartDhcpDaemon;
import dev.routefix.installer.plan.Repair.WriteFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Compares what is wanted with what is found, thing by thing, in the order of an installation: whatever a pod needs is there before the
 * conflist invites pods. Uninstalling is planning towards nothing, in reverse.
 */
public final class HostPlan {

    private final Wanted wanted;
    private final Found found;
    private final List<Item> items = new ArrayList<>();

    private HostPlan(Wanted wanted, Found found) {
        this.wanted = wanted;
        this.found = found;
    }

    /** Every thing, those that are well included. */
    public static List<Item> between(Wanted wanted, Found found) {
        var plan = new HostPlan(wanted, found);
        if (wanted.build() == null) {
            plan.oldRuntimes();
        }
        plan.runtime();
        plan.relay();
        plan.loopback();
        plan.items.addAll(LinkPlan.between(wanted, found));
        plan.items.addAll(RulePlan.between(wanted, found));
        plan.ways();
        plan.dhcpDaemon();
        plan.conflist();
        plan.oldConflists();
        plan.oldLinks();
        if (wanted.build() != null) {
            plan.oldRuntimes();
            plan.pods();
            plan.hostPorts();
        }
        return plan.items;
    }

    /**
     * What has to go: data plane and plugins of others before what answers a runtime. As long as that is there, a runtime's next call has us try again
     * what did not work.
     */
    public static List<Item> towardsNothing(Found found) {
        var plan = new HostPlan(Wanted.NOTHING, found);
        if (found.hostPorts() != HostPortState.NONE) {
            plan.items.add(new Item("host ports", "none", "there", List.of(new Repair.ShutHostPorts())));
        }
        plan.oldLinks();
        plan.ways();
        plan.items.addAll(RulePlan.between(Wanted.NOTHING, found));
        plan.items.addAll(LinkPlan.between(Wanted.NOTHING, found));
        plan.broughtFiles();
        plan.oldConflists();
        plan.relay();
        plan.oldRuntimes();
        return plan.items;
    }

    private void runtime() {
        var build = wanted.build();
        if (build == null) {
            return;
        }
        var there = found.runtimes().get(build);
        boolean well = there != null && there.intact();
        items.add(new Item(
                "runtime",
                build,
                there == null ? "missing" : there.intact() ? build : "damaged",
                well ? List.of() : List.of(new PutRuntime(build))));
    }

    /** A build goes when the relay is settled on another one and no call of it runs any more; on uninstall all go. */
    private void oldRuntimes() {
        var relay = wanted.relay();
        var there = relay == null ? null : found.files().get(relay.path());
        boolean settled = relay == null || (there != null && relay.isMet(there));
        for (var build : new TreeSet<>(found.runtimes().keySet())) {
            var runtime = found.runtimes().get(build);
            boolean idle = relay == null || (runtime != null && !runtime.inUse());
            if (!build.equals(wanted.build()) && settled && idle) {
                items.add(new Item("old runtime", "none", build, List.of(new RemoveRuntime(build))).lastOfAll());
            }
        }
    }

    private void relay() {
        var relay = wanted.relay();
        if (relay != null) {
            items.add(file("plugin", relay));
        } else {
            removeOthers("plugin", "route-fix", List.of());
        }
    }

    /** Files whose name only we use. */
    private Item file(String thing, WantedFile file) {
        var there = found.files().get(file.path());
        boolean met = there != null && file.isMet(there);
        return new Item(
                thing,
                file.path().toString(),
                there == null ? "missing" : met ? "as wanted" : "changed",
                met ? List.of() : List.of(new WriteFile(file, false)));
    }

    /**
     * One of the host's own is left alone, ours follows the build. What is as wanted and not known to be ours was written by one who died before he could
     * record it.
     */
    private void loopback() {
        var loopback = wanted.loopback();
        if (loopback == null) {
            return;
        }
        var there = found.files().get(loopback.path());
        boolean write = there == null || there.ours() != loopback.isMet(there);
        items.add(new Item(
                "loopback plugin",
                loopback.path().toString(),
                there == null ? "missing" : !there.ours() ? "the host's own" : write ? "an older one of ours" : "ours",
                write ? List.of(new WriteFile(loopback, true)) : List.of()));
    }

    /** Those that we put on the host, this version or one before, and nobody has changed since. */
    private void broughtFiles() {
        for (var file : new TreeSet<>(found.files().keySet())) {
            var there = found.files().get(file);
            if (there != null && there.ours()) {
                items.add(new Item(file.getFileName() + " plugin", "none", "ours", List.of(new RemoveFile(file))));
            }
        }
    }

    private void ways() {
        var ways = LanWay.between(wanted.ways(), found.ways());
        if (ways != null) {
            items.add(ways);
        }
    }

    /** It lives and dies with the process that runs it, so there is nothing to take away here. */
    private void dhcpDaemon() {
        if (wanted.dhcpDaemon()) {
            items.add(new Item(
                    "dhcp daemon",
                    "answers",
                    found.dhcpDaemon() ? "answers" : "silent",
                    found.dhcpDaemon() ? List.of() : List.of(new StartDhcpDaemon())));
        }
    }

    /** Last, because one pod in trouble must not keep the others from what they need. */
    private void pods() {
        for (var attachment : found.cutOff()) {
            items.add(new Item(
                    "pod " + attachment.id(), "reachable", "cut off", List.of(new Repair.Reconnect(attachment))));
        }
    }

    /** A node whose pods ask for none is not bothered with the word. */
    private void hostPorts() {
        switch (found.hostPorts()) {
            case NONE -> {
                // and none is asked for
            }
            case THERE -> items.add(new Item("host ports", "lead to their pods", "as wanted", List.of()));
            case DIFFERENT ->
                items.add(new Item("host ports", "lead to their pods", "changed", List.of(new Repair.OpenHostPorts())));
        }
    }

    private void conflist() {
        for (var conflist : wanted.conflists()) {
            items.add(file("conflist", conflist).lastOfAll());
        }
    }

    /** Another PRIORITY, or none wanted any more. */
    private void oldConflists() {
        removeOthers(
                "old conflist",
                "-route-fix.conflist",
                wanted.conflists().stream().map(WantedFile::path).toList());
    }

    /** Another HOST_IFACE, now that no pod depends on it. */
    private void oldLinks() {
        for (var link : found.oldLinks()) {
            items.add(new Item("old interface", "none", link.name(), List.of(LinkPlan.remove(link))));
        }
    }

    private void removeOthers(String thing, String nameEnd, List<Path> keep) {
        for (var file : new TreeSet<>(found.files().keySet())) {
            if (file.getFileName().toString().endsWith(nameEnd) && !keep.contains(file)) {
                items.add(new Item(thing, "none", file.toString(), List.of(new RemoveFile(file))).lastOfAll());
            }
        }
    }
}
