package dev.routefix.image;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** One build of the image, step by step. */
final class Build {
    private final Workspace workspace;
    private final Architecture architecture;
    private final String version;

    Build(Workspace workspace, Architecture architecture, String version) {
        this.workspace = workspace;
        this.architecture = architecture;
        this.version = version;
    }

    void run() throws IOException {
        Workspace.fresh(workspace.root());
        Files.createDirectories(workspace.runtime().getParent());
        step("linking the Java runtime");
        new JavaRuntime(workspace, architecture).link();
        step("unpacking Debian's packages");
        var debian = new DebianPackages(workspace, architecture);
        debian.unpack();
        new RootFileSystem(workspace.root(), debian, architecture).write();
        Client.write(workspace.runtime());
        String build = version + "-" + new Tree(workspace.runtime()).digest().substring(0, 8);
        Files.writeString(workspace.runtime().resolve("build"), build + "\n");
        step("training the plugin");
        step(new PluginTraining(workspace).run());
        step("training the installer");
        step(new InstallerTraining(workspace).run());
        step("writing layers of " + build);
        var image = new ContainerImage(workspace, architecture);
        image.pack();
        String digest = image.write(version);
        Files.writeString(workspace.digest(), digest + "\n");
        rememberHowToPush();
        System.out.println(SizeTable.of(workspace, digest));
        System.out.println(workspace.image() + " " + digest);
    }

    private void rememberHowToPush() throws IOException {
        List<String> words = List.of(
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                ImageMain.class.getName(),
                "push",
                workspace.directory().toString());
        Files.write(
                workspace.pushArguments(),
                words.stream().map(word -> "\"" + word + "\"").toList());
    }

    private static void step(String what) {
        System.out.println("image: " + what);
    }
}
