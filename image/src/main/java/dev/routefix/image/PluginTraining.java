package dev.routefix.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The training run whose loaded and linked classes become the plugin's AOT cache (JEP 483, 514). A cache is made of one process, but a CNI
 * call is one verb: the plugin's {@code Rehearsal} goes through all of them. It belongs to the plugin's module because a cache keeps the
 * module graph for one main module.
 */
final class PluginTraining {
    private final Workspace workspace;

    PluginTraining(Workspace workspace) {
        this.workspace = workspace;
    }

    /** Makes {@code lib/plugin.aot}; returns a line that says how each verb ended. */
    String run() throws IOException {
        Path directory = Workspace.fresh(workspace.training().resolve("plugin"));
        if (!"root".equals(System.getProperty("user.name"))) {
            return rehearse(directory, "/run/netns/none", Command::of);
        }
        try (var ground = TrainingGround.open()) {
            return rehearse(directory, ground.podPath(), ground::onNode);
        }
    }

    private String rehearse(Path directory, String pod, Place place) throws IOException {
        var home = new JavaHome(workspace.runtime());
        Map<String, String> common = new LinkedHashMap<>();
        common.put("CNI_CONTAINERID", "training");
        common.put("CNI_NETNS", pod);
        common.put("CNI_IFNAME", "eth0");
        common.put("CNI_PATH", "/opt/cni/bin");
        var words = new ArrayList<Object>(home.java());
        words.add("-XX:AOTCacheOutput=" + workspace.runtime().resolve("lib/plugin.aot"));
        words.addAll(home.flags("plugin"));
        words.addAll(List.of("-m", "dev.routefix.plugin/dev.routefix.plugin.Rehearsal", directory.resolve("run")));
        for (String verb : List.of("VERSION", "STATUS", "ADD", "CHECK", "DEL", "GC")) {
            Path call = directory.resolve(verb);
            var text = new StringBuilder("CNI_COMMAND=" + verb + "\n");
            common.forEach((name, value) -> text.append(name + "=" + value + "\n"));
            Files.writeString(call, text.append("\n").append(configuration(pod)));
            words.add(call);
        }
        return place.command(words.toArray())
                .succeed()
                .lines()
                .filter(line -> line.contains(" exit code "))
                .map(line -> line.replace("exit code ", ""))
                .collect(Collectors.joining(", ", "exit codes: ", ""));
    }

    private static String configuration(String pod) {
        return """
            {"cniVersion": "1.1.0", "name": "training", "type": "route-fix",
             "hostInterface": "mac0", "gateway": "169.254.1.1", "master": "eth0",
             "cni.dev/valid-attachments": [], "cni.dev/attachments": [],
             "prevResult": {"cniVersion": "1.1.0",
              "interfaces": [{"name": "eth0", "mac": "02:00:00:00:00:4c", "sandbox": "%s"}],
              "ips": [{"address": "192.168.2.76/24", "gateway": "192.168.2.1", "interface": 0}],
              "routes": [{"dst": "0.0.0.0/0", "gw": "192.168.2.1"}], "dns": {}}}
            """.formatted(pod);
    }

    /** Where a command runs: here or in a namespace. */
    private interface Place {
        Command command(Object... words);
    }
}
