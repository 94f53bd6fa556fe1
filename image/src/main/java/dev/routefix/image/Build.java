package dev.routefix.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One build of the image for one architecture, step by step. */
final class Build {
    private final Workspace workspace;
    private final Target target;
    private final String version;
    private final Path bom;

    /**
     * @param bom what Maven knows of the Java parts, as CycloneDX
     */
    Build(Workspace workspace, Target target, String version, Path bom) {
        this.workspace = workspace;
        this.target = target;
        this.version = version;
        this.bom = bom;
    }

    void run() throws IOException {
        Architecture architecture = target.architecture();
        Workspace.fresh(workspace.root());
        Files.createDirectories(workspace.runtime().getParent());
        step("linking the Java runtime");
        new JavaRuntime(workspace, target).link();
        step("unpacking Debian's packages");
        var debian = new DebianPackages(workspace, architecture, Libraries.of(workspace.runtime()));
        List<String> packages = debian.unpack();
        new RootFileSystem(workspace.root(), debian, architecture).write();
        Client.write(workspace.runtime(), architecture.machine());
        String build = version + "-" + new Tree(workspace.runtime()).digest().substring(0, 8);
        Files.writeString(workspace.runtime().resolve("build"), build + "\n");
        new BillOfMaterials(workspace, target).write(bom, build, packages);
        train();
        step("writing layers of " + build);
        var image = new ContainerImage(workspace, architecture);
        image.pack();
        String digest = image.write(version);
        Files.writeString(workspace.digest(), digest + "\n");
        System.out.println(SizeTable.of(workspace, digest));
        System.out.println(workspace.image() + " " + digest);
    }

    private void train() throws IOException {
        if (target.architecture().isHere()) {
            step("training the plugin");
            step(new PluginTraining(workspace).run());
            step("training the installer");
            step(new InstallerTraining(workspace).run());
        } else {
            step("training both under an emulator");
            step(new ForeignTraining(workspace, target.architecture()).run());
        }
    }

    private void step(String what) {
        System.out.println("image " + target.architecture().oci() + ": " + what);
    }
}
