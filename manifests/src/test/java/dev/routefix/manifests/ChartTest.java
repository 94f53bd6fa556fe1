package dev.routefix.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.routefix.installer.config.Configuration;
import dev.routefix.installer.config.NetworkMode;
import dev.routefix.installer.config.Option;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart deploys what the base deploys, and every setting is a value of it. */
final class ChartTest {

    @TempDir
    Path temporary;

    private Chart chart;

    @BeforeEach
    void open() {
        chart = new Chart(temporary);
    }

    /** Where the schema says that a variable is set, such as {@code cni.binDir}. */
    private record Place(String path, JsonNode schema) {}

    private static Stream<Place> places(String path, JsonNode schema) {
        return Stream.concat(
                Stream.of(new Place(path, schema)),
                schema.path("properties").properties().stream()
                        .flatMap(each ->
                                places(path.isEmpty() ? each.getKey() : path + "." + each.getKey(), each.getValue())));
    }

    private static Place place(Option option) throws IOException {
        var schema = new YAMLMapper()
                .readTree(
                        Kustomize.MANIFESTS.resolve("chart/values.schema.json").toFile());
        var found = places("", schema)
                .filter(each -> each.schema().path("$comment").asText().equals(option.name()))
                .toList();
        assertThat(found).as("places of " + option + " in values.schema.json").hasSize(1);
        return found.getFirst();
    }

    /** Another value than the default, of those that the schema allows. */
    private static String other(Place place, Option option) {
        var schema = place.schema();
        if (schema.has("enum")) {
            return schema.path("enum")
                    .valueStream()
                    .map(JsonNode::asText)
                    .filter(each -> !each.equals(option.byDefault))
                    .findFirst()
                    .orElseThrow();
        }
        return switch (schema.path("type").asText()) {
            case "boolean" -> "true";
            case "integer" -> "7";
            default -> option == Option.IPAM ? "{type: static}" : schema.has("pattern") ? "/srv/other" : "192.0.2.7";
        };
    }

    private static String quoted(JsonNode schema, String value) {
        return schema.path("type").asText().equals("string") || schema.has("enum") ? "\"" + value + "\"" : value;
    }

    /** All but those that only the kubelet knows. */
    static Stream<Option> options() {
        return Arrays.stream(Option.values()).filter(each -> each != Option.NODE_NAME && each != Option.POD_UID);
    }

    private static String variable(KubeObjects rendered, Option option) {
        return String.valueOf(KustomizeTest.environment(rendered.daemonSet()).get(option.name()));
    }

    @ParameterizedTest
    @MethodSource("options")
    void every_setting_has_its_default_and_is_reached_by_a_value(Option option) throws IOException {
        var place = place(option);
        var value = other(place, option);
        var names = place.path().split("\\.", -1);
        var values = String.join(": {", names) + ": " + quoted(place.schema(), value) + "}".repeat(names.length - 1);

        assertThat(variable(chart.render(""), option)).isEqualTo(option.byDefault);
        assertThat(variable(chart.render(values), option))
                .isEqualTo(
                        switch (option) {
                            case IPAM -> "{\"type\":\"static\"}";
                            case MODE -> "runtime-class";
                            case METRICS -> "$(NODE_ADDRESS):9464";
                            default -> value;
                        });
    }

    @Test
    void without_values_it_is_the_base_but_for_the_labels_that_Helm_adds() {
        var base = Kustomize.build("base").daemonSet();
        var rendered = chart.render("").daemonSet();

        assertThat(rendered.getMetadata().getLabels())
                .containsAllEntriesOf(base.getMetadata().getLabels());
        assertThat(rendered.getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(base.getSpec().getTemplate().getMetadata().getLabels());
        assertThat(withoutLabels(rendered)).isEqualTo(withoutLabels(base));
    }

    private static DaemonSet withoutLabels(DaemonSet set) {
        set.getMetadata().setLabels(null);
        set.getSpec().getTemplate().getMetadata().setLabels(null);
        set.getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getEnv()
                .sort((one, other) -> one.getName().compareTo(other.getName()));
        return set;
    }

    @Test
    void Helms_own_check_finds_nothing() {
        assertThat(Chart.lint().isFailed())
                .as(Chart.lint().getMessages().toString())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "masterIface: eth0",
                "cni: {binDir: opt/cni/bin}",
                "warmLeases: 17",
                "ipam: host-local",
                "chain: mine",
                "image: {repo: x}"
            })
    void what_the_appliance_would_refuse_the_schema_refuses(String values) {
        assertThatThrownBy(() -> chart.render(values)).hasMessageContaining("schema");
    }

    @Test
    void what_Helms_users_know_by_these_names_is_set_by_them() {
        var pod = chart.render("""
                        image: {repository: "registry.lan:5000/route-fix", tag: 0.2.0, pullPolicy: Always}
                        imagePullSecrets: [{name: login}]
                        resources: {limits: {memory: 64Mi}}
                        tolerations: [{key: only, operator: Exists}]
                        nodeSelector: {lan: "yes"}
                        podAnnotations: {note: mine}
                        podLabels: {team: home}
                        priorityClassName: ""
                        extraEnv: [{name: TZ, value: UTC}]
                        """).daemonSet().getSpec().getTemplate();
        var container = pod.getSpec().getContainers().getFirst();

        assertThat(container.getImage()).isEqualTo("registry.lan:5000/route-fix:0.2.0");
        assertThat(container.getImagePullPolicy()).isEqualTo("Always");
        assertThat(pod.getSpec().getImagePullSecrets().getFirst().getName()).isEqualTo("login");
        assertThat(container.getResources().getLimits().get("memory")).hasToString("64Mi");
        assertThat(pod.getSpec().getTolerations().getFirst().getKey()).isEqualTo("only");
        assertThat(pod.getSpec().getNodeSelector()).containsEntry("lan", "yes");
        assertThat(pod.getMetadata().getAnnotations())
                .containsEntry("note", "mine")
                .containsKey("container.apparmor.security.beta.kubernetes.io/route-fix");
        assertThat(pod.getMetadata().getLabels()).containsEntry("team", "home");
        assertThat(pod.getSpec().getPriorityClassName()).isNull();
        assertThat(container.getEnv()).anyMatch(each -> each.getName().equals("TZ"));
    }

    @Test
    void directories_that_are_named_are_mounted_at_the_same_path() {
        var pod = chart.render("cni: {binDir: /usr/lib/cni, confDir: /srv/net.d}")
                .daemonSet()
                .getSpec()
                .getTemplate()
                .getSpec();

        for (var directory : List.of("/usr/lib/cni", "/srv/net.d")) {
            var name = pod.getContainers().getFirst().getVolumeMounts().stream()
                    .filter(each -> each.getMountPath().equals(directory))
                    .findFirst()
                    .orElseThrow()
                    .getName();
            assertThat(pod.getVolumes())
                    .anyMatch(each -> each.getName().equals(name)
                            && each.getHostPath().getPath().equals(directory));
        }
    }

    @Test
    void pods_that_choose_get_a_RuntimeClass_and_its_directory() throws Exception {
        var rendered = chart.render("runtimeClass: {enabled: true, scheduling: {nodeSelector: {lan: \"yes\"}}}");

        assertThat(Configuration.parse(KustomizeTest.environment(rendered.daemonSet()), "n")
                        .mode())
                .isEqualTo(NetworkMode.RUNTIME_CLASS);
        var runtimeClass = rendered.the(RuntimeClass.class);
        assertThat(runtimeClass.getHandler()).isEqualTo("lan");
        assertThat(runtimeClass.getScheduling().getNodeSelector()).containsEntry("lan", "yes");
        assertThat(KustomizeTest.container(rendered.daemonSet()).getVolumeMounts())
                .anyMatch(each -> each.getMountPath().equals("/etc/cni/lan.d"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipam: {type: host-local}", "chain: reference", "{chain: reference, ipam: {type: dhcp}}"})
    void where_plugins_of_the_node_are_executed_it_may_change_its_root(String values) {
        assertThat(capabilities(values)).contains("SYS_CHROOT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ipam: {type: dhcp}", "ipam: {type: static}", "{chain: reference, ipam: {type: host-local}}"})
    void and_elsewhere_it_may_not(String values) {
        assertThat(capabilities(values)).contains("NET_ADMIN").doesNotContain("SYS_CHROOT");
    }

    private List<String> capabilities(String values) {
        return KustomizeTest.container(chart.render(values).daemonSet())
                .getSecurityContext()
                .getCapabilities()
                .getAdd();
    }

    @Test
    void privileged_is_what_the_component_makes_of_it() {
        assertThat(KustomizeTest.container(chart.render("privileged: true").daemonSet())
                        .getSecurityContext())
                .isEqualTo(KustomizeTest.container(Kustomize.build(temporary, List.of("."), List.of("privileged"), "")
                                .daemonSet())
                        .getSecurityContext());
    }

    @Test
    void the_notes_name_the_next_command_and_what_is_still_to_be_done() {
        assertThat(chart.notes("kube-system", ""))
                .contains("kubectl -n kube-system rollout status daemonset/route-fix", "ctl doctor")
                .doesNotContain("pod-security.kubernetes.io");
        assertThat(chart.notes("lan", "{runtimeClass: {enabled: true}}"))
                .contains(
                        "runtimeClassName: lan",
                        "kubectl label namespace lan pod-security.kubernetes.io/enforce=privileged");
        assertThat(chart.notes("kube-system", "cni: {conflist: none}")).contains("NetworkAttachmentDefinition");
    }

    @Test
    void chart_and_appliance_have_one_version() throws IOException {
        var head = new YAMLMapper().readTree(Files.readString(Kustomize.MANIFESTS.resolve("chart/Chart.yaml")));

        assertThat(Files.readString(Path.of("../pom.xml")))
                .contains("<artifactId>route-fix</artifactId>\n  <version>"
                        + head.path("appVersion").asText() + "<");
        assertThat(head.path("version")).isEqualTo(head.path("appVersion"));
    }
}
