package dev.routefix.installer.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.routefix.installer.docs.DocsPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** manifests/several-lans fits the manifest that it is laid over, the code and the docs. */
class SeveralLansManifestTest {

    /** Maven runs tests in the module's folder. */
    private static final Path MANIFESTS = Path.of("..", "manifests");

    private final JsonNode patch = read("several-lans/daemonset.yaml").getFirst();
    private final JsonNode configMap = read("several-lans/networks.yaml").getFirst();
    private final String list = configMap.at("/data/networks.json").asText();

    private static List<JsonNode> read(String name) {
        try (var documents = new YAMLMapper()
                .readerFor(JsonNode.class)
                .<JsonNode>readValues(MANIFESTS.resolve(name).toFile())) {
            return documents.readAll();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> texts(JsonNode list, String field) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(each -> each.path(field).asText())
                .toList();
    }

    private List<Configuration> networks() throws InvalidConfiguration {
        return Configuration.parse(Map.of("NETWORKS", list), "n").networks();
    }

    @Test
    void the_patch_is_for_the_DaemonSet_and_its_container() {
        var base = read("route-fix.yaml").getFirst();
        for (var place :
                List.of("/kind", "/metadata/name", "/metadata/namespace", "/spec/template/spec/containers/0/name")) {
            assertThat(patch.at(place)).as(place).isEqualTo(base.at(place));
        }
    }

    @Test
    void the_list_is_mounted_where_NETWORKS_says_and_as_a_directory_so_that_a_change_arrives() {
        var container = patch.at("/spec/template/spec/containers/0");
        var mount = container.at("/volumeMounts/0");
        var volume = patch.at("/spec/template/spec/volumes/0");

        assertThat(container.at("/env/0/name").asText()).isEqualTo("NETWORKS");
        assertThat(container.at("/env/0/value").asText())
                .isEqualTo(mount.path("mountPath").asText() + "/"
                        + configMap.at("/data").fieldNames().next());
        assertThat(mount.has("subPath")).isFalse();
        assertThat(volume.path("name")).isEqualTo(mount.path("name"));
        assertThat(volume.at("/configMap/name")).isEqualTo(configMap.at("/metadata/name"));
    }

    @Test
    void each_networks_directory_is_mounted_where_the_host_has_it() throws Exception {
        var mounts = texts(patch.at("/spec/template/spec/containers/0/volumeMounts"), "mountPath");
        var volumes = new ArrayList<String>();
        patch.at("/spec/template/spec/volumes")
                .forEach(volume -> volumes.add(volume.at("/hostPath/path").asText()));

        for (var network : networks()) {
            assertThat(mounts).contains(network.networkDir().toString());
            assertThat(volumes).contains(network.networkDir().toString());
        }
    }

    @Test
    void each_network_has_a_RuntimeClass_of_its_name_and_the_docs_have_containerd_told_of_its_handler()
            throws Exception {
        var classes = read("several-lans/runtimeclasses.yaml");
        var docs = new DocsPage("several-lans.md").text();

        assertThat(networks())
                .extracting(Configuration::networkName)
                .containsExactlyElementsOf(classes.stream()
                        .map(each -> each.path("handler").asText())
                        .toList());
        for (var network : networks()) {
            assertThat(docs)
                    .contains("containerd.runtimes." + network.networkName() + "]")
                    .contains("cni_conf_dir = \"" + network.networkDir() + "\"");
        }
    }

    @Test
    void the_docs_show_this_very_list() {
        assertThat(new DocsPage("several-lans.md").text()).contains(list.strip());
    }

    @Test
    void all_files_are_in_the_component() {
        var kustomization = read("several-lans/kustomization.yaml").getFirst();

        assertThat(StreamSupport.stream(kustomization.path("resources").spliterator(), false)
                        .map(JsonNode::asText))
                .containsExactly("networks.yaml", "runtimeclasses.yaml");
        assertThat(texts(kustomization.path("patches"), "path")).containsExactly("daemonset.yaml");
    }
}
