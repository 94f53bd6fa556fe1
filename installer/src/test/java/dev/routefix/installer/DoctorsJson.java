package dev.routefix.installer;

import dev.routefix.cni.Json;
import dev.routefix.lab.run.Output;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code doctor --json} has said. */
final class DoctorsJson {

    private DoctorsJson() {}

    /** Its findings, each with its members. */
    static List<Map<String, String>> findings(Output said) {
        try {
            var findings = new ArrayList<Map<String, String>>();
            var object = Json.read(said.stdout().getBytes(StandardCharsets.UTF_8));
            if (object.get("findings") instanceof List<?> list) {
                for (var each : list) {
                    var members = new LinkedHashMap<String, String>();
                    ((Map<?, ?>) each)
                            .forEach((name, value) -> members.put(String.valueOf(name), String.valueOf(value)));
                    findings.add(members);
                }
            }
            return findings;
        } catch (IOException e) {
            throw new AssertionError(said.stdout(), e);
        }
    }
}
