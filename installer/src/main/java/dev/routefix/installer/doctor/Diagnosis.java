package dev.routefix.installer.doctor;

import dev.routefix.cni.Json;
import dev.routefix.installer.plan.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What somebody who looked has seen.
 *
 * @param well what is as it should be, a line each
 * @param findings what is not
 */
public record Diagnosis(List<String> well, List<Finding> findings) {

    public Diagnosis {
        well = List.copyOf(well);
        findings = List.copyOf(findings);
    }

    public boolean isHealthy() {
        return findings.isEmpty();
    }

    /** For people. */
    public String text() {
        var text = new StringBuilder();
        for (var line : well) {
            text.append("ok     ").append(line).append('\n');
        }
        for (var finding : findings) {
            text.append("WRONG  ").append(finding.subject()).append(": ").append(finding.problem());
            text.append("\n       cause: ").append(finding.cause());
            text.append("\n       cure:  ").append(finding.cure()).append('\n');
        }
        text.append(
                switch (findings.size()) {
                    case 0 -> "healthy";
                    case 1 -> "1 finding";
                    default -> findings.size() + " findings";
                });
        return text.append('\n').toString();
    }

    /** For programs: {@code healthy}, and {@code findings} with {@code subject}, {@code problem}, {@code cause} and {@code cure} each (docs/operations.md). */
    public String json() {
        var list = new ArrayList<Map<String, String>>();
        for (var finding : findings) {
            var members = new LinkedHashMap<String, String>();
            members.put("subject", finding.subject());
            members.put("problem", finding.problem());
            members.put("cause", finding.cause());
            members.put("cure", finding.cure());
            list.add(members);
        }
        var object = new LinkedHashMap<String, Object>();
        object.put("healthy", isHealthy());
        object.put("findings", list);
        return Json.print(object);
    }
}
