package dev.routefix.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The appliance from the built image installs on a {@link BareHost}; then a runtime calls the plugin. Needs root. */
final class HostIT {
    private static final List<String> VERBS = List.of("VERSION", "STATUS", "ADD", "CHECK", "DEL", "GC");

    @TempDir
    private Path directory;

    private BareHost host;

    @BeforeEach
    void install() throws IOException {
        assertThat(System.getProperty("user.name")).as("these tests need root").isEqualTo("root");
        host = new BareHost(BuiltImage.unpackedFor(HostIT.class), directory);
        host.start();
        host.awaitReady();
    }

    @AfterEach
    void end() {
        host.close();
    }

    @Test
    void the_resident_answers_a_host_that_has_nothing() {
        assertThat(calls()).containsExactlyElementsOf(VERBS);
    }

    @Test
    void the_runtime_on_the_host_answers_where_no_resident_listens() throws Exception {
        host.stop();

        assertThat(calls()).containsExactlyElementsOf(VERBS);
    }

    @Test
    void the_resident_makes_the_whole_network_of_an_empty_sandbox_and_takes_it_away() {
        wholeNetworkComesAndGoes();
    }

    @Test
    void the_runtime_on_the_host_does_so_too_where_no_resident_listens() {
        host.stop();

        wholeNetworkComesAndGoes();
    }

    private void wholeNetworkComesAndGoes() {
        for (var call : TrainingCall.whole(host.ground().sandboxPath())) {
            var outcome = host.call(call).run();
            assertThat(outcome.exitCode()).as(call + ": " + outcome).isZero();
            var addresses = inSandbox("address", "show");
            assertThat(addresses).contains("127.0.0.1/8");
            if (!call.isLoopback()) {
                boolean added = call.verb().equals("ADD");
                assertThat(addresses.contains("inet 192.168.2.2")).isEqualTo(added);
                assertThat(inSandbox("route", "show", "default").contains("via 169.254.1.1"))
                        .isEqualTo(added);
            }
        }
    }

    private String inSandbox(String... words) {
        return ProgramRun.of("nsenter", "--net=" + host.ground().sandboxPath(), "ip", List.of(words))
                .succeed();
    }

    @Test
    void what_the_environment_says_to_loaders_and_to_javas_changes_no_answer() throws Exception {
        var hostile = List.of(
                "JAVA_TOOL_OPTIONS=-version",
                "JDK_JAVA_OPTIONS=-version",
                "_JAVA_OPTIONS=-Xlog:all=info:stdout",
                "_JAVA_LAUNCHER_DEBUG=1",
                "CLASSPATH=/nowhere",
                "LD_AUDIT=/nowhere.so",
                "LD_DEBUG=help",
                "LD_LIBRARY_PATH=/nowhere",
                "LD_PRELOAD=/nowhere.so",
                "LD_SHOW_AUXV=1",
                "LD_TRACE_LOADED_OBJECTS=1");
        host.stop();

        for (var call : TrainingCall.all(host.ground().podPath())) {
            var usual = host.call(call).run();
            assertThat(host.call(call, hostile).run()).as(call.verb()).isEqualTo(usual);
            assertThat(usual.exitCode()).as(usual.stdout()).isZero();
        }
    }

    @Test
    void ctl_works_on_the_host_as_in_the_container() throws Exception {
        Path build;
        try (var builds = Files.list(host.root().resolve("opt/cni/bin/.route-fix"))) {
            build = builds.findFirst().orElseThrow();
        }
        var ctl = "/" + host.root().relativize(build.resolve("bin/ctl"));

        assertThat(host.run(List.of(), ctl, "status").succeed()).contains("ok ", "plugin");
        assertThat(host.run(List.of(), ctl, "doctor").run().stdout()).contains("ok     route-fix's own things: ");
        assertThat(host.run(List.of(), ctl, "bundle").succeed()).contains("ustar", "route-fix/network.txt");
        assertThat(host.ctl("uninstall").run().exitCode()).as("uninstall").isZero();
        try (var left = Files.list(host.root().resolve("opt/cni/bin"))) {
            assertThat(left).isEmpty();
        }
    }

    /** Makes every call, and sees what it made of the pod; the verbs that succeeded. */
    private List<String> calls() {
        return TrainingCall.all(host.ground().podPath()).stream()
                .filter(call -> {
                    var outcome = host.call(call).run();
                    assertThat(outcome.exitCode())
                            .as(call.verb() + ": " + outcome)
                            .isZero();
                    var routes = ProgramRun.of(
                                    "nsenter",
                                    "--net=" + host.ground().podPath(),
                                    "ip",
                                    "route",
                                    "show",
                                    "default",
                                    "via",
                                    "169.254.1.1")
                            .succeed();
                    return !call.verb().equals("ADD") || !routes.isEmpty();
                })
                .map(TrainingCall::verb)
                .toList();
    }
}
