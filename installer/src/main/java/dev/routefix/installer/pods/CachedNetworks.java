package dev.routefix.installer.pods;

import dev.routefix.cni.AttachmentId;
import dev.routefix.lifecycle.ContainerRuntime;
import dev.routefix.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the container runtime remembers what networks pods were attached to: {@code /var/lib/cni/results/<network>-<containerID>-<ifname>}, libcni's place that containerd and CRI-O leave it. */
final class CachedNetworks {

    private static final Path PLACE = Path.of("/var/lib/cni/results");

    /** The runtime's file holds a conflist and a result, some 3 KiB. */
    private static final long LARGEST = 1 << 20;

    private final ContainerRuntime runtime;

    CachedNetworks(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * That of an attachment; null if nothing is remembered.
     *
     * @throws IOException if what is remembered cannot be read
     */
    @Nullable
    CachedNetwork find(AttachmentId id) throws IOException {
        for (var root : runtime.roots()) {
            var place = Sandboxes.below(root, PLACE);
            var file = place == null ? null : file(place, id);
            if (file != null) {
                return CachedNetwork.read(Files.readAllBytes(file), id);
            }
        }
        return null;
    }

    /** By its end, for the network's name is not known. */
    private static @Nullable Path file(Path place, AttachmentId id) throws IOException {
        var end = "-" + id.containerId() + "-" + id.ifname();
        try (var files = Files.newDirectoryStream(place)) {
            for (var file : files) {
                if (file.getFileName().toString().endsWith(end) && Files.size(file) <= LARGEST) {
                    return file;
                }
            }
            return null;
        } catch (NoSuchFileException none) {
            return null;
        }
    }
}
