package dev.routefix.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * AOT caches for an architecture that this machine does not have, by an emulator of single programs (qemu-user). It takes no program that the trainee
 * starts, so the installer shows only what it can do alone. Without an emulator there are no caches: everything works, and starts more slowly.
 */
final class ForeignTraining {
    private final Workspace workspace;
    private final Architecture architecture;

    ForeignTraining(Workspace workspace, Architecture architecture) {
        this.workspace = workspace;
        this.architecture = architecture;
    }

    /** Makes both caches; returns a line that says how it went. */
    String run() throws IOException {
        if (!canEmulate()) {
            return "no AOT caches, because there is no "
                    + architecture.emulator().getFirst() + " (Debian's qemu-user-static): Java will start more slowly";
        }
        Path directory = Workspace.fresh(workspace.training().resolve("foreign"));
        var home = new JavaHome(workspace.runtime());
        List<Object> rehearsal = PluginTraining.rehearsal(home, directory, TrainingCall.all("/run/netns/none"));
        cache(home, "plugin", rehearsal);
        cache(home, "installer", List.of("@" + home.path().resolve("installer.args"), "help"));
        return "made by " + architecture.emulator().getFirst() + ": what needs no other program was rehearsed";
    }

    private boolean canEmulate() {
        try {
            return ProgramRun.of(architecture.emulator(), "--version").run().exitCode() == 0;
        } catch (UncheckedIOException _) {
            return false;
        }
    }

    /** In two steps: in one, the JVM would start a second one, which nobody would emulate. */
    private void cache(JavaHome home, String name, List<Object> words) throws IOException {
        Path seen = workspace.training().resolve(name + ".aotconf");
        Path cache = home.path().resolve("lib/" + name + ".aot");
        List<Object> java = List.of(architecture.emulator(), home.java());
        ProgramRun.of(java, "-XX:AOTMode=record", "-XX:AOTConfiguration=" + seen, words)
                .run();
        ProgramRun.of(java, "-XX:AOTMode=create", "-XX:AOTConfiguration=" + seen, "-XX:AOTCache=" + cache, words)
                .succeed();
        if (!Files.exists(cache)) {
            throw new IllegalStateException("the training of " + name + " left no AOT cache");
        }
    }
}
