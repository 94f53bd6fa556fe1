package dev.routefix.plugin;

import dev.routefix.netlink.Errno;
import dev.routefix.sandbox.Sandboxes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Several CNI calls in one process: the training run of the AOT cache, which remembers the classes of one process, where a process of
 * {@link PluginMain} knows the classes of one verb.
 */
final class Rehearsal {

    private Rehearsal() {}

    /**
     * Answers each call and prints the answers as {@link PluginMain} does.
     *
     * @param args the directory of attachment records, then one file per call: {@code NAME=value} lines of its environment, an empty
     *     line, its stdin
     */
    public static void main(String[] args) throws IOException {
        var run = Path.of(args[0]);
        var sandboxes = Sandboxes.asGiven();
        var plugin = new RouteFix(
                run, PluginMain.lifecycle(run, run, sandboxes), sandboxes, Provisions.onHost(run, System.err));
        for (var file : List.of(args).subList(1, args.length)) {
            var parts = Files.readString(Path.of(file)).split("\n\n", 2);
            var stdin = new ByteArrayInputStream(parts[1].getBytes(StandardCharsets.UTF_8));
            int exitCode = PluginMain.print(plugin.answer(environment(parts[0]), stdin));
            System.out.println(Path.of(file).getFileName() + " exit code " + exitCode);
        }
        // No call of these is refused anything by the kernel; one that is needs its names for that.
        System.out.println(Errno.describe(Errno.ENODEV.number));
        // As PluginMain ends: leaving by exit() loads classes too.
        System.exit(0);
    }

    private static Map<String, String> environment(String lines) {
        var environment = new HashMap<>(System.getenv());
        lines.lines().map(line -> line.split("=", 2)).forEach(pair -> environment.put(pair[0], pair[1]));
        return environment;
    }
}
