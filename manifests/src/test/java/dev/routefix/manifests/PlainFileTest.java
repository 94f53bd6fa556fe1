package dev.routefix.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * route-fix.yaml, for those who have nothing but kubectl, is the base. Kustomize would drop the comments, which users read, so it is made of the base's own text. To
 * write it anew: {@code make manifests}.
 */
final class PlainFileTest {

    private static final Path PLAIN = Path.of("route-fix.yaml");

    private static final String HEAD = """
            # route-fix on every node: gives pods addresses of the LAN and makes their Services answer.
            #
            #   kubectl apply -f manifests/route-fix.yaml      installs
            #   kubectl delete -f manifests/route-fix.yaml     takes everything off the nodes again, with the last pod on this network
            #
            # The image's name has no registry: put yours before it, for example with Kustomize's "images".
            # This file is made from manifests/base: change that, and "make manifests".
            """;

    @Test
    void it_is_the_text_of_the_base() throws IOException {
        var fresh = HEAD + Files.readString(Path.of("base/daemonset.yaml"));
        if (Boolean.getBoolean("route-fix.write-docs")) {
            Files.writeString(PLAIN, fresh);
        }

        assertThat(Files.readString(PLAIN))
                .describedAs("manifests/route-fix.yaml is stale: make manifests")
                .isEqualTo(fresh);
    }

    @Test
    void it_is_what_Kustomize_renders() throws IOException {
        assertThat(KubeObjects.of(Files.readString(PLAIN)))
                .isEqualTo(Kustomize.build("base"))
                .isEqualTo(Kustomize.build("."));
    }
}
