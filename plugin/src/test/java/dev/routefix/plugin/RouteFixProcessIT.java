package dev.routefix.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.cni.SpecVersion;
import dev.routefix.lab.cni.Attachment;
import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every verb as a runtime sees it: a process with an exit code, JSON or nothing on stdout, and a readable stderr. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouteFixProcessIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Path run;
    private LabNode lab;
    private Attachment pod;

    @BeforeAll
    void start_a_pod_on_a_node(@TempDir Path directory) {
        run = directory.resolve("run");
        lab = new LabNode(run);
        pod = lab.pod("pod");
    }

    @AfterAll
    void stop() {
        lab.close();
    }

    @ParameterizedTest
    @EnumSource(SpecVersion.class)
    void a_pods_life_in_every_version(SpecVersion version) throws IOException {
        var result = prevResult(version);
        var add = call("ADD", version, result);
        assertThat(add.exit()).as("%s", add).isZero();
        var made = JSON.readTree(add.stdout());
        assertThat(made.path("cniVersion").asText()).isEqualTo(version.text);
        assertThat(made.at("/ips/0").has("version")).isEqualTo(version.compareTo(SpecVersion.V1_0_0) < 0);
        assertThat(made.path("routes")).hasSize(3);
        assertThat(add.stderr()).isEmpty();

        var check = call("CHECK", version, made);
        if (version.compareTo(SpecVersion.V0_4_0) < 0) {
            is_error(check, 1);
        } else {
            is_silent(check);
        }
        for (var verb : List.of("STATUS", "GC")) {
            var answer = call(verb, version, null);
            if (version.compareTo(SpecVersion.V1_1_0) < 0) {
                is_error(answer, 1);
            } else {
                is_silent(answer);
            }
        }
        is_silent(call("DEL", version, made));
        is_silent(call("DEL", version, null));

        var supported = JSON.readTree(call("VERSION", version, null).stdout());
        assertThat(supported.path("cniVersion").asText()).isNotEmpty();
        assertThat(supported.path("supportedVersions"))
                .extracting(JsonNode::asText)
                .containsExactly("0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ADD     | {"cniVersion":"9.9.9","name":"lan"}                        | 1
                    ADD     | {"cniVersion":"1.0.0","name":"lan"}                        | 7
                    ADD     | {"cniVersion":"1.0.0"}                                     | 7
                    CHECK   | {"cniVersion":"1.0.0","name":"lan"}                        | 7
                    ADD     | {"cniVersion":"1.0.0","name":"lan","prevResult":{"ips":7}} | 6
                    ADD     | not JSON                                                   | 6
                    DEL     | {                                                          | 6
                    DESTROY | {}                                                         | 4
                    """)
    void bad_input_gets_the_specifications_code_and_no_stack_trace(String verb, String stdin, int code)
            throws IOException {
        is_error(run(environment(verb), stdin), code);
    }

    @Test
    void missing_variables_are_all_named() throws IOException {
        var error = is_error(run(Map.of("CNI_COMMAND", "ADD"), "{}"), 4);
        assertThat(error.path("msg").asText()).contains("CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME");
    }

    @Test
    void without_a_command_it_says_what_it_is_and_leaves_stdout_alone() {
        var output = run(Map.of(), "");
        assertThat(output.exit()).isZero();
        assertThat(output.stdout()).isEmpty();
        assertThat(output.stderr()).contains("route-fix").contains("1.1.0");
    }

    @Test
    void nothing_but_JSON_reaches_stdout_when_the_JVM_has_something_to_say() throws IOException {
        var env = new HashMap<>(environment("VERSION"));
        env.put("JAVA_TOOL_OPTIONS", "-Xlog:disable -Xlog:all=warning:stderr -XX:+IgnoreUnrecognizedVMOptions");
        var output = run(env, "");
        assertThat(JSON.readTree(output.stdout()).path("supportedVersions")).hasSize(5);
        assertThat(output.stdout().lines()).hasSize(1);
    }

    private ObjectNode prevResult(SpecVersion version) {
        ObjectNode result = pod.result().deepCopy();
        result.put("cniVersion", version.text);
        if (version.compareTo(SpecVersion.V1_0_0) < 0) {
            ((ObjectNode) result.at("/ips/0")).put("version", "4");
        }
        return result;
    }

    private Output call(String verb, SpecVersion version, @Nullable JsonNode prevResult) {
        var conf = LabNode.conf(version.text);
        if (prevResult != null) {
            conf.set("prevResult", prevResult);
        }
        return run(environment(verb), conf.toString());
    }

    private Map<String, String> environment(String verb) {
        return Map.of(
                "CNI_COMMAND", verb,
                "CNI_CONTAINERID", pod.containerId(),
                "CNI_NETNS", pod.netns(),
                "CNI_IFNAME", "eth0",
                "CNI_PATH", "/opt/cni/bin",
                "CNI_ARGS", "IgnoreUnknown=1;K8S_POD_NAME=web-0",
                "TRACEPARENT", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    }

    private Output run(Map<String, String> env, String stdin) {
        var argv = new ArrayList<>(List.of("nsenter", "--net=" + lab.netns().path(), "--"));
        argv.addAll(java());
        return Command.of(argv).env(env).stdin(stdin).attempt();
    }

    private List<String> java() {
        return Stream.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-XX:+DisplayVMOutputToStderr",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Droute-fix.run=" + run,
                        "-Droute-fix.state=" + run + ".state",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PluginMain.class.getName())
                .toList();
    }

    private static void is_silent(Output output) {
        assertThat(output.exit()).as("%s", output).isZero();
        assertThat(output.stdout()).isEmpty();
        assertThat(output.stderr()).isEmpty();
    }

    private static JsonNode is_error(Output output, int code) throws IOException {
        assertThat(output.exit()).as("%s", output).isEqualTo(1);
        var error = JSON.readTree(output.stdout());
        assertThat(error.path("code").asInt()).as(output.stdout()).isEqualTo(code);
        assertThat(error.path("msg").asText()).isNotEmpty();
        assertThat(error.path("cniVersion").asText()).isNotEmpty();
        assertThat(output.stderr().lines()).as(output.stderr()).hasSize(1);
        assertThat(output.stderr()).doesNotContain("\tat ").doesNotContain("Exception");
        return error;
    }
}
