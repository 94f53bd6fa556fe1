package dev.routefix.installer.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.routefix.installer.docs.DocsPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** manifests/runtime-class fits the manifest that it is laid over, the code and the docs. */
class RuntimeClassManifestTest {

    /** Maven runs tests in the module's folder. */
    private static final Path MANIFESTS = Path.of("..", "manifests");

    private final JsonNode base = read("route-fix.yaml");
    private final JsonNode patch = read("runtime-class/daemonset.yaml");

    private static JsonNode read(String name) {
        try {
            return new YAMLMapper().readTree(MANIFESTS.resolve(name).toFile());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode container(JsonNode daemonSet) {
        return daemonSet.at("/spec/template/spec/containers/0");
    }

    private static List<String> texts(JsonNode list, String field) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(each -> each.path(field).asText())
                .toList();
    }

    @Test
    void the_patch_is_for_the_DaemonSet_and_its_container() {
        for (var place :
                List.of("/kind", "/metadata/name", "/metadata/namespace", "/spec/template/spec/containers/0/name")) {
            assertThat(patch.at(place)).as(place).isEqualTo(base.at(place));
        }
        assertThat(texts(container(base).path("env"), "name"))
                .containsAll(texts(container(patch).path("env"), "name"));
    }

    @Test
    void it_sets_the_mode_and_mounts_the_directory_where_the_host_has_it() throws Exception {
        var environment = new HashMap<String, String>();
        for (var daemonSet : List.of(base, patch)) {
            container(daemonSet)
                    .path("env")
                    .forEach(variable -> environment.put(
                            variable.path("name").asText(),
                            variable.path("value").asText()));
        }
        var configuration = Configuration.parse(environment, "n");
        var directory = configuration.networkDir().toString();

        assertThat(configuration.mode()).isEqualTo(NetworkMode.RUNTIME_CLASS);
        var mount = container(patch).at("/volumeMounts/0");
        var volume = patch.at("/spec/template/spec/volumes/0");
        assertThat(mount.path("mountPath").asText()).isEqualTo(directory);
        assertThat(volume.at("/hostPath/path").asText()).isEqualTo(directory);
        assertThat(volume.path("name")).isEqualTo(mount.path("name"));
    }

    @Test
    void the_handler_is_the_one_that_the_docs_have_containerd_told_of() {
        var runtimeClass = read("runtime-class/runtimeclass.yaml");

        assertThat(runtimeClass.path("kind").asText()).isEqualTo("RuntimeClass");
        assertThat(new DocsPage("only-some-pods.md").text())
                .contains("containerd.runtimes." + runtimeClass.path("handler").asText() + "]")
                .contains("cni_conf_dir = \"" + Option.LAN_CONF_DIR.byDefault + "\"")
                .contains(
                        "runtimeClassName: " + runtimeClass.at("/metadata/name").asText());
    }

    @Test
    void both_files_are_in_the_component() {
        var kustomization = read("runtime-class/kustomization.yaml");

        assertThat(kustomization.at("/resources/0").asText()).isEqualTo("runtimeclass.yaml");
        assertThat(texts(kustomization.path("patches"), "path")).containsExactly("daemonset.yaml");
    }
}
