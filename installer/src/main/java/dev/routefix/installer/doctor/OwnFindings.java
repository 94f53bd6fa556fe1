package dev.routefix.installer.doctor;

import dev.routefix.installer.plan.Finding;
import dev.routefix.installer.plan.Item;
import dev.routefix.installer.plan.Repair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.StringJoiner;

/** What of our own things is not as wanted. The resident puts it right by itself, unless the node does not let it. */
final class OwnFindings {

    private OwnFindings() {}

    /**
     * Of all things but the pods, which are looked into more closely. What has one consequence is one finding.
     *
     * @param resync within what time the resident looks
     * @param trouble what the node has not let it do; empty if nothing
     */
    static List<Finding> of(List<Item> items, Duration resync, String trouble) {
        var byConsequence = new LinkedHashMap<String, List<Item>>();
        for (var item : items) {
            if (!item.isWell() && !isToldOtherwise(item, items)) {
                byConsequence
                        .computeIfAbsent(consequence(item.repairs().getFirst()), _ -> new ArrayList<>())
                        .add(item);
            }
        }
        var findings = new ArrayList<Finding>();
        byConsequence.forEach((consequence, wrong) -> findings.add(finding(consequence, wrong, resync, trouble)));
        return findings;
    }

    /** Pods are, and settings of an interface that is not there. */
    private static boolean isToldOtherwise(Item item, List<Item> items) {
        return switch (item.repairs().getFirst()) {
            case Repair.Reconnect _ -> true;
            case Repair.Set set ->
                items.stream()
                        .flatMap(each -> each.repairs().stream())
                        .anyMatch(repair -> repair instanceof Repair.CreateLink create
                                && create.settings().containsKey(set.name()));
            default -> false;
        };
    }

    private static Finding finding(String consequence, List<Item> wrong, Duration resync, String trouble) {
        var subjects = new LinkedHashSet<String>();
        var causes = new StringJoiner("; ");
        var cures = new StringJoiner("; ");
        for (var item : wrong) {
            subjects.add(item.thing());
            causes.add(item.thing() + " is \"" + item.found() + "\" and not \"" + item.wanted() + "\"");
            item.repairs().forEach(repair -> cures.add(repair.toString()));
        }
        return Finding.told(
                String.join(", ", subjects),
                consequence,
                causes + (trouble.isEmpty() ? "" : " (" + trouble + ")"),
                (trouble.isEmpty() ? "" : "put right what is named here; then ")
                        + "the resident does it by itself within " + resync.toSeconds() + " s: " + cures);
    }

    private static String consequence(Repair repair) {
        return switch (repair) {
            case Repair.PutRuntime _, Repair.WriteFile _ -> "pods may not be added or removed";
            case Repair.RemoveRuntime _, Repair.RemoveFile _ -> "something of another version may be used";
            case Repair.CreateLink _ -> "no pod of this node reaches anybody";
            case Repair.ChangeLink _ ->
                "pods may not reach their gateway, or MetalLB and others may speak on an interface that is not for them";
            case Repair.Set _ -> "what pods send or are sent may not be forwarded";
            case Repair.PutRule _, Repair.DeleteRule _ -> "what pods send or are sent may be dropped or rewritten";
            case Repair.StartDhcpDaemon _ -> "pods to come get no address, and leases are not renewed";
            case Repair.OpenHostPorts _, Repair.ShutHostPorts _ -> "ports of the node do not lead to their pods";
            case Repair.Reconnect _ -> "it may not be reached";
        };
    }
}
