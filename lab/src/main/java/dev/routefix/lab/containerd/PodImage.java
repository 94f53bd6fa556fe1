package dev.routefix.lab.containerd;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
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
    /** What the image is called where no registry has a say, and by every containerd here that needs one for sandboxes. */
    public static final String NAME = "localhost/pod:1";

    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private PodImage() {}

    /** Makes the image and pushes it to a registry of the LAN; its full name. */
    public static String push(Registry registry) {
        String name = registry.image("pod:1");
        registry.host().netns().call(() -> make(Containerizer.to(RegistryImage.named(ImageReference.parse(name)))));
        return name;
    }

    /** Makes the image as a file, named {@value #NAME} in there. */
    public static Path write() {
        Path tar = Run.current().directory("pod-image-file").resolve("pod.tar");
        try {
            make(Containerizer.to(TarImage.at(tar).named(NAME)));
            return tar;
        } catch (Exception e) {
            throw new IllegalStateException("cannot make the image " + tar + ": " + e.getMessage(), e);
        }
    }

    private static JibContainer make(Containerizer to) throws Exception {
        Path cache = Run.current().directory("pod-image");
        // A thread begins in the namespace of the one that starts it, so all of Jib's are where the caller is.
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
                    .containerize(to.setExecutorService(inside)
                            .setAllowInsecureRegistries(true)
                            .setApplicationLayersCache(cache)
                            .setBaseImageLayersCache(cache));
        }
    }
}
