package dev.routefix.lab.containerd;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import dev.routefix.lab.run.Run;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The image of a pod: a static busybox and nothing else. */
public final class PodImage {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private PodImage() {}

    /** Makes the image and pushes it to a registry of the LAN; its full name. */
    public static String push(Registry registry) {
        String name = registry.image("pod:1");
        Path cache = Run.current().directory("pod-image");
        registry.host().netns().call(() -> {
            // A thread begins in the namespace of the one that starts it, so all of Jib's are on the registry's host.
            // Unbounded: Jib's steps wait for each other, each on a thread.
            try (ExecutorService inside = Executors.newCachedThreadPool()) {
                FileEntriesLayer layer = FileEntriesLayer.builder()
                        .setName("busybox")
                        .addEntry(
                                BUSYBOX,
                                AbsoluteUnixPath.get("/bin/busybox"),
                                FilePermissions.fromOctalString("755"),
                                Instant.EPOCH)
                        .build();
                return Jib.fromScratch()
                        .addFileEntriesLayer(layer)
                        .setEntrypoint("/bin/busybox")
                        .setProgramArguments("sleep", "1000000")
                        .containerize(Containerizer.to(RegistryImage.named(ImageReference.parse(name)))
                                .setExecutorService(inside)
                                .setAllowInsecureRegistries(true)
                                .setApplicationLayersCache(cache)
                                .setBaseImageLayersCache(cache));
            }
        });
        return name;
    }
}
