package dev.routefix.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
            return rehearse(directory, TrainingCall.all("/run/netns/none"), ProgramRun::of);
        }
        try (var ground = TrainingGround.open()) {
            return rehearse(directory, ground.calls(), ground::onNode);
        }
    }

    private String rehearse(Path directory, List<TrainingCall> calls, Place place) throws IOException {
        var home = new JavaHome(workspace.runtime());
        var words = new ArrayList<Object>(home.java());
        words.add("-XX:AOTCacheOutput=" + workspace.runtime().resolve("lib/plugin.aot"));
        words.addAll(rehearsal(home, directory, calls));
        return place.command(words.toArray())
                .succeed()
                .lines()
                .filter(line -> line.contains(" exit code "))
                .map(line -> line.replace("exit code ", ""))
                .collect(Collectors.joining(", ", "exit codes: ", ""));
    }

    /** What Java is to be started with for these calls, each of which is written to a file of the directory. */
    static List<Object> rehearsal(JavaHome home, Path directory, List<TrainingCall> calls) throws IOException {
        var words = new ArrayList<Object>();
        words.add("-Djna.boot.library.path=" + home.path().resolve("lib")); // as the relay gives it
        words.addAll(home.flags("plugin"));
        words.addAll(List.of("-m", "dev.routefix.plugin/dev.routefix.plugin.Rehearsal", directory.resolve("run")));
        for (int i = 0; i < calls.size(); i++) {
            var call = calls.get(i);
            Path file = directory.resolve((i + 1) + " " + call.verb());
            var text = new StringBuilder();
            call.environment().forEach((name, value) -> text.append(name + "=" + value + "\n"));
            Files.writeString(file, text.append("\n").append(call.stdin()));
            words.add(file);
        }
        return words;
    }

    /** Where a command runs: here or in a namespace. */
    private interface Place {
        ProgramRun command(Object... words);
    }
}
