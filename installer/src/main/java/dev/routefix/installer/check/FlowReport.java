package dev.routefix.installer.check;

import dev.routefix.cni.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was tried.
 *
 * @param leftOut flows that could not be tried here, a line each with the reason
 */
public record FlowReport(List<Flow> flows, List<String> leftOut) {

    public FlowReport {
        flows = List.copyOf(flows);
        leftOut = List.copyOf(leftOut);
    }

    /** Whether every flow that was tried works. */
    public boolean works() {
        return flows.stream().allMatch(Flow::works);
    }

    /** For people. */
    public String text() {
        int width = 0;
        for (var flow : flows) {
            width = Math.max(width, flow.name().length());
        }
        var text = new StringBuilder();
        for (var flow : flows) {
            text.append(flow.works() ? "ok     " : "WRONG  ").append(flow.name());
            text.append(" ".repeat(width - flow.name().length())).append("  ");
            text.append(flow.good()).append('/').append(flow.tries());
            text.append(flow.why().isEmpty() ? "" : "  " + flow.why()).append('\n');
        }
        leftOut.forEach(line -> text.append("not tried: ").append(line).append('\n'));
        long wrong = flows.stream().filter(flow -> !flow.works()).count();
        return text.append(wrong == 0 ? "every flow works\n" : wrong + " of " + flows.size() + " flows do not work\n")
                .toString();
    }

    /** For programs: {@code ok}, {@code flows} with {@code name}, {@code good}, {@code tries} and {@code why} each, and {@code notTried} (docs/operations.md). */
    public String json() {
        var list = new ArrayList<Map<String, Object>>();
        for (var flow : flows) {
            var members = new LinkedHashMap<String, Object>();
            members.put("name", flow.name());
            members.put("good", flow.good());
            members.put("tries", flow.tries());
            members.put("why", flow.why());
            list.add(members);
        }
        var object = new LinkedHashMap<String, Object>();
        object.put("ok", works());
        object.put("flows", list);
        object.put("notTried", leftOut);
        return Json.print(object);
    }
}
