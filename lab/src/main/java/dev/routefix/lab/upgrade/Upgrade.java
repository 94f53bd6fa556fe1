package dev.routefix.lab.upgrade;

import dev.routefix.lab.Lan;
import dev.routefix.lab.console.Ink;
import dev.routefix.lab.console.LogEnd;
import dev.routefix.lab.console.Progress;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.containerd.DaemonPod;
import dev.routefix.lab.containerd.DaemonSet;
import dev.routefix.lab.containerd.NodeState;
import dev.routefix.lab.cri.Cri;
import dev.routefix.lab.cri.CriFailure;
import dev.routefix.lab.dhcp.DhcpServer;
import dev.routefix.lab.dhcp.Lease;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code make upgrade OLD=<tree>}: a node whose containerd has attached pods by an older version gets this tree's image in place of it, as a DaemonSet's rolling update does. The router's
 * leases are of two minutes, so that it is seen whether anybody renews them.
 */
public final class Upgrade {
    private static final Path IMAGE = Path.of("image/target/route-fix-image.tar");
    private static final Path MANIFEST = Path.of("manifests/route-fix.yaml");
    /** The shortest that dnsmasq gives. */
    private static final Duration LEASE = Duration.ofMinutes(2);

    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final int LOG_LINES = 60;
    private static final List<String> PODS = List.of("web-0", "web-1", "shop-6d4cf56db6-x2x7z");

    private final Progress progress;
    private final Path old;
    private final Path manifest;
    private final List<String> wrong = new ArrayList<>();

    private Upgrade(Progress progress, Path old, Path manifest) {
        this.progress = progress;
        this.old = old;
        this.manifest = manifest;
    }

    /**
     * Plays it, and exits with 0 if all was as it must be.
     *
     * @param args a tree of the old version with its image built; the new manifest, if it is not this tree's
     */
    public static void main(String[] args) {
        Progress progress = Progress.onStandardOutput(Ink.ofTerminal());
        try {
            Path manifest = args.length > 1 ? Path.of(args[1]) : MANIFEST;
            List<String> wrong = new Upgrade(progress, Path.of(args[0]), manifest).run();
            wrong.forEach(line -> progress.say("WRONG: " + line));
            progress.say(wrong.isEmpty() ? "all as it must be" : "not as it must be");
            System.exit(wrong.isEmpty() ? 0 : 1);
        } catch (IOException | RuntimeException e) {
            progress.say("failed: " + e.getMessage());
            System.exit(1);
        }
    }

    private List<String> run() throws IOException {
        DaemonSet before = DaemonSet.read(old.resolve(MANIFEST));
        DaemonSet after = DaemonSet.read(manifest);
        try (Lan lan = Lan.open(Lan.Options.DEFAULT.nodes(1));
                Containerd node = Containerd.start(lan.node(1));
                Cri cri = Cri.of(node)) {
            lan.serveDhcp(DhcpServer.Kind.PINGING_DNSMASQ, LEASE);
            NodeState bare = NodeState.of(node);
            node.load(old.resolve(IMAGE), "route-fix/old");
            node.load(IMAGE, "route-fix/new");
            Map<String, String> pods = new LinkedHashMap<>();
            try (DaemonPod first = DaemonPod.start(node, before, "route-fix/old")) {
                progress.step("the old version installs itself", () -> first.awaitReady(START));
                PODS.forEach(pod -> pods.put(pod, cri.run(pod, "default")));
                DaemonPod.Ending ending = progress.step("preStop, then SIGTERM", first::stop);
                progress.say("  " + ending.preStop().stdout().strip());
            }
            Map<String, String> leases = held(lan, addresses(cri, pods).values());
            leases.forEach((address, lease) -> progress.say("  " + address + ": " + lease));
            try (Pings pings = Pings.start(lan.client(), leases.keySet());
                    DaemonPod second = DaemonPod.start(node, after, "route-fix/new")) {
                try {
                    progress.step("the new version installs itself", () -> second.awaitReady(START));
                    outlive(lan, leases, second);
                    check(pings.lost() == 0, pings.lost() + " of " + pings.sent() + " pings were lost");
                    progress.say("  " + (pings.sent() - pings.lost()) + " of " + pings.sent() + " pings answered");
                    pings.stop();
                    comeAndGo(cri, pods, leases, lan);
                    progress.step("preStop, then SIGTERM", second::stop);
                } finally {
                    progress.print(LogEnd.of("the appliance", second.log().lines(), LOG_LINES));
                }
            }
            List<String> left = NodeState.of(node).leftSince(bare);
            check(left.stream().allMatch(after::isMountPoint), "left on the node: " + left);
        }
        return wrong;
    }

    private static Map<String, String> addresses(Cri cri, Map<String, String> pods) {
        Map<String, String> addresses = new LinkedHashMap<>();
        pods.forEach((pod, sandbox) -> addresses.put(pod, cri.address(sandbox)));
        return addresses;
    }

    /** Until the old leases have ended, if nobody had renewed them. */
    private void outlive(Lan lan, Map<String, String> leases, DaemonPod appliance) {
        progress.say(
                "the new version is ready; the pods' leases end in " + LEASE.toSeconds() + " s, if nobody renews them");
        Instant end = lan.leases().stream()
                .map(Lease::expires)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        Poll.until("the old leases' end", LEASE.plus(SOON), () -> Instant.now().isAfter(end.plus(GRACE)));
        Map<String, String> now = held(lan, leases.keySet());
        leases.forEach((address, lease) ->
                check(lease.equals(now.get(address)), address + " was " + lease + " and is " + now.get(address)));
        now.forEach((address, lease) -> progress.say("  still leased: " + address + ": " + lease));
        check(!appliance.log().contains(" error "), "the log has an error");
    }

    private void comeAndGo(Cri cri, Map<String, String> pods, Map<String, String> leases, Lan lan) {
        String late = progress.step("a new pod comes", () -> cri.run("late", "default"));
        progress.say("  it got " + cri.address(late));
        for (String sandbox : pods.values()) {
            remove(cri, sandbox);
        }
        Map<String, String> left = held(lan, leases.keySet());
        check(left.isEmpty(), "leases of pods that are gone: " + left);
        String again = progress.step("all old pods are gone, and web-0 comes again", () -> cri.run("web-0", "default"));
        check(cri.address(again).equals(leases.keySet().iterator().next()), "web-0 came back as " + cri.address(again));
        remove(cri, again);
        remove(cri, late);
        check(cri.sandboxes().isEmpty(), "sandboxes are left");
    }

    /** As a kubelet does, again and again. */
    private static void remove(Cri cri, String sandbox) {
        Poll.until(sandbox + " is removed", SOON, () -> {
            try {
                cri.stop(sandbox);
                cri.remove(sandbox);
                return true;
            } catch (CriFailure notYet) {
                return false;
            }
        });
    }

    private void check(boolean fine, String otherwise) {
        if (!fine) {
            wrong.add(otherwise);
        }
    }

    /** Who has these addresses, by hardware address and client identifier, in their order; nothing of those that are nobody's. */
    private static Map<String, String> held(Lan lan, Collection<String> addresses) {
        Map<String, String> held = new LinkedHashMap<>();
        for (String address : addresses) {
            for (Lease lease : lan.leases()) {
                if (lease.address().equals(address)) {
                    held.put(address, lease.mac() + " " + lease.clientId());
                }
            }
        }
        return held;
    }
}
