package dev.routefix.image;

import com.fasterxml.jackson.jr.ob.JSON;
import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * The OCI image, written and pushed by Jib. Jib's own layers cannot hold symbolic links, so our layers reach it as a base image in
 * {@code docker save}'s format, to which it adds the configuration. A tar and a push made from the same base have the same digest.
 */
final class ContainerImage {
    private final Workspace workspace;
    private final Architecture architecture;

    ContainerImage(Workspace workspace, Architecture architecture) {
        this.workspace = workspace;
        this.architecture = architecture;
    }

    /** Cuts the root file system into layers and packs them for Jib. */
    void pack() throws IOException {
        Path directory = Workspace.fresh(workspace.layers());
        var names = new ArrayList<String>();
        var diffIds = new ArrayList<String>();
        var history = new ArrayList<Map<String, Object>>();
        for (Layer layer : Layer.values()) {
            String name = layer.fileName();
            diffIds.add("sha256:"
                    + new Tree(workspace.root()).tar(directory.resolve(name), path -> Layer.of(path) == layer));
            names.add(name);
            history.add(
                    Map.of("created", Instant.EPOCH.toString(), "created_by", "route-fix", "comment", layer.content()));
        }
        var config = new LinkedHashMap<String, Object>();
        config.put("architecture", architecture.oci());
        config.put("os", "linux");
        config.put("config", Map.of());
        config.put("rootfs", Map.of("type", "layers", "diff_ids", diffIds));
        config.put("history", history);
        Files.writeString(directory.resolve("config.json"), JSON.std.asString(config));
        var manifest = List.of(Map.of("Config", "config.json", "RepoTags", List.of(), "Layers", names));
        Files.writeString(directory.resolve("manifest.json"), JSON.std.asString(manifest));
        names.addAll(List.of("config.json", "manifest.json"));
        try (var out = new TarArchiveOutputStream(Files.newOutputStream(workspace.base()))) {
            for (String name : names) {
                out.putArchiveEntry(new TarArchiveEntry(directory.resolve(name), name));
                Files.copy(directory.resolve(name), out);
                out.closeArchiveEntry();
            }
        }
    }

    /** Writes the image as one OCI tar; returns its manifest's digest. */
    String write(String version) throws IOException {
        try {
            var tar = TarImage.at(workspace.image()).named(Labels.TITLE + ":" + version);
            return containerize(Containerizer.to(tar).setOfflineMode(true))
                    .getDigest()
                    .toString();
        } catch (InvalidImageReferenceException e) {
            throw new IllegalArgumentException(version + " cannot be an image's tag", e);
        }
    }

    /**
     * Pushes the image; returns its manifest's digest.
     *
     * @param insecure whether plain HTTP, or a certificate nobody vouches for, will do
     */
    String push(ImageReference reference, boolean insecure) throws IOException {
        var credentials =
                CredentialRetrieverFactory.forImage(reference, _ -> {}).dockerConfig();
        var registry = RegistryImage.named(reference).addCredentialRetriever(credentials);
        return containerize(Containerizer.to(registry).setAllowInsecureRegistries(insecure))
                .getDigest()
                .toString();
    }

    private JibContainer containerize(Containerizer containerizer) throws IOException {
        try {
            return plan().containerize(containerizer
                    .setBaseImageLayersCache(workspace.jib().resolve("base"))
                    .setApplicationLayersCache(workspace.jib().resolve("application"))
                    .setToolName(Labels.TITLE));
        } catch (ExecutionException e) {
            throw new IOException(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
        } catch (RegistryException | CacheDirectoryCreationException e) {
            throw new IOException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private JibContainerBuilder plan() throws IOException {
        String home = "/" + Layer.HOME;
        String build = Files.readString(workspace.runtime().resolve("build")).strip();
        return Jib.from(TarImage.at(workspace.base()))
                .setFormat(ImageFormat.OCI)
                .setCreationTime(Instant.EPOCH)
                .setEntrypoint(
                        home + "/bin/java",
                        "-XX:AOTCache=" + home + "/lib/installer.aot",
                        "@" + home + "/installer.args")
                .setProgramArguments("run")
                // for who enters it: kubectl exec ... -- ctl doctor
                .addEnvironmentVariable("PATH", home + "/bin:/usr/sbin")
                // else every few threads get a heap of their own from the C library, which keeps what they leave
                .addEnvironmentVariable("GLIBC_TUNABLES", "glibc.malloc.arena_max=1")
                // with CHAIN=reference the node's DHCP daemon runs in here: a Go program, whose heap grows to four
                // mebibytes before it is looked through otherwise
                .addEnvironmentVariable("GOGC", "25")
                .setLabels(new Labels(build).all())
                .setPlatforms(Set.of(new Platform(architecture.oci(), "linux")));
    }
}
