package dev.routefix.installer.host;

import dev.routefix.installer.config.Stay;
import dev.routefix.installer.plan.Finding;
import dev.routefix.installer.plan.Findings;
import dev.routefix.installer.plan.Found;
import dev.routefix.installer.plan.Surroundings;
import dev.routefix.installer.plan.Wanted;
import java.util.ArrayList;
import java.util.List;

/** What is on the node of all its networks, and what of each is not ours to put right. */
final class NetworksFound {

    private final List<Finding> findings = new ArrayList<>();
    private final Found all;

    /**
     * Looks for all of them.
     *
     * @param wanted for each of {@code sights}
     * @param together for the node
     */
    NetworksFound(List<Sight> sights, List<Wanted> wanted, Wanted together, boolean dhcpDaemon) {
        var around = new ArrayList<Around>();
        for (int i = 0; i < sights.size(); i++) {
            around.add(new Around(sights.get(i), wanted.get(i)));
        }
        var first = sights.getFirst().probe().found(together, dhcpDaemon);
        var each = new ArrayList<>(List.of(first));
        var node = first;
        for (var sight : sights.subList(1, sights.size())) {
            var beside = sight.probe().beside();
            each.add(beside);
            node = node.and(beside);
        }
        all = node;
        boolean several = sights.size() > 1;
        for (var sight : sights) {
            for (var refused : sight.commitment().refused()) {
                add(refused, sight, several);
            }
            if (sight.asked().stay() != Stay.KEPT) {
                findings.add(retiring(sight.asked().networkName()));
            }
        }
        findings.addAll(unread(all));
        for (int i = 0; i < sights.size(); i++) {
            var found = several ? all.about(each.get(i)) : all;
            for (var finding : around.get(i).findings(found)) {
                if (findings.stream().noneMatch(told -> isSame(told, finding))) {
                    add(finding, sights.get(i), several && !finding.subject().equals(Finding.KUBE_PROXY));
                }
            }
        }
    }

    /** Whether it is about the node, and has been said of another network already. */
    private static boolean isSame(Finding told, Finding finding) {
        return told.subject().equals(finding.subject()) && told.cause().equals(finding.cause());
    }

    private static Finding retiring(String network) {
        return Finding.told(
                "network " + network,
                "it stays for the pods that it has here, and takes none",
                "the network " + network + " was taken off the list of networks",
                "put it on the list again to keep using it, or delete its pods to have it go");
    }

    private void add(Finding finding, Sight sight, boolean several) {
        findings.add(several ? finding.of(sight.asked().networkName()) : finding);
    }

    /** A network with what is around it. */
    private record Around(Sight sight, Wanted wanted, Surroundings surroundings) {

        Around(Sight sight, Wanted wanted) {
            this(sight, wanted, sight.probe().surroundings(wanted, sight.node()));
        }

        List<Finding> findings(Found found) {
            return Findings.of(
                    sight.commitment().configuration(),
                    wanted,
                    found,
                    surroundings,
                    String.valueOf(sight.node().masterName()));
        }
    }

    /** What could not be looked at. */
    static List<Finding> unread(Found found) {
        return found.unread().stream()
                .map(line -> Finding.ofFailure("node", "not everything of route-fix can be seen", line))
                .toList();
    }

    Found all() {
        return all;
    }

    List<Finding> findings() {
        return findings;
    }
}
