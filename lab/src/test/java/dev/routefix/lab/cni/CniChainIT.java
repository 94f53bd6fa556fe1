package dev.routefix.lab.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The chain as its plugins see it: they are scripts that write down how they were called. */
class CniChainIT {
    private static final Path NETNS = Path.of("/run/netns/some-pod");

    private final Path plugins = Run.current().directory("plugins");
    private final Path calls = plugins.resolve("calls");
    private Netns node;

    @BeforeEach
    void open() throws IOException {
        node = Netns.create("node");
        plugin("first", "echo '{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.0.0.7/24\"}]}'");
        plugin("second", "echo '{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.0.0.8/24\"}]}'");
        plugin("failing", "echo '{\"code\":11,\"msg\":\"try later\",\"details\":\"busy\"}'; exit 1");
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void add_goes_forward_with_each_result_handed_on_and_del_backward_with_the_last() throws IOException {
        CniChain chain = chain("1.0.0", "first", "second");

        Attachment attachment = chain.add("c1", NETNS, "eth0");
        chain.check(attachment);
        chain.del(attachment);

        assertThat(attachment.address()).isEqualTo("10.0.0.8");
        assertThat(Files.readAllLines(calls))
                .containsExactly(
                        "first ADD c1 /run/netns/some-pod eth0 {'cniVersion':'1.0.0','name':'net','type':'first'}",
                        "second ADD c1 /run/netns/some-pod eth0 {'cniVersion':'1.0.0','name':'net','type':'second',"
                                + "'prevResult':{'cniVersion':'1.0.0','ips':[{'address':'10.0.0.7/24'}]}}",
                        with("first CHECK"),
                        with("second CHECK"),
                        with("second DEL"),
                        with("first DEL"));
    }

    @Test
    void before_0_4_0_del_has_no_result_and_check_does_not_exist() throws IOException {
        CniChain chain = chain("0.3.1", "first");
        Attachment attachment = chain.add("c1", NETNS, "eth0");

        chain.del(attachment);

        assertThat(Files.readAllLines(calls).getLast()).doesNotContain("prevResult");
        assertThatThrownBy(() -> chain.check(attachment)).hasMessageContaining("does not support CHECK");
    }

    @Test
    void garbage_collection_names_the_valid_attachments() throws IOException {
        CniChain chain = chain("1.1.0", "first");

        chain.gc(List.of(new Attachment("c1", "", "eth0", MissingNode.getInstance())));
        chain.status();

        assertThat(Files.readAllLines(calls))
                .first()
                .asString()
                .endsWith("'cni.dev/valid-attachments':[{'containerID':'c1','ifname':'eth0'}]}");
        assertThat(Files.readAllLines(calls).getLast()).startsWith("first STATUS");
    }

    @Test
    void a_failure_ends_the_chain_with_the_plugins_code_and_words() throws IOException {
        assertThatThrownBy(() -> chain("1.0.0", "failing", "second").add("c1", NETNS, "eth0"))
                .isInstanceOfSatisfying(
                        CniFailure.class, failure -> assertThat(failure.code()).isEqualTo(11))
                .hasMessage("failing ADD failed with code 11: try later busy");
        assertThat(Files.readAllLines(calls)).hasSize(1);
    }

    @Test
    void more_environment_and_the_plugins_own_directories_reach_them() throws IOException {
        plugin("env", "env > " + calls + "; echo {}");

        chain("1.0.0", "env").env(Map.of("CNI_ARGS", "IgnoreUnknown=1")).add("c1", NETNS, "eth0");

        assertThat(Files.readAllLines(calls)).contains("CNI_ARGS=IgnoreUnknown=1", "CNI_PATH=" + plugins);
    }

    @Test
    void a_plugin_that_is_nowhere_is_named() {
        assertThatThrownBy(() -> chain("1.0.0", "absent").add("c1", NETNS, "eth0"))
                .hasMessageContaining("'absent'");
    }

    private static String with(String call) {
        return call + " c1 /run/netns/some-pod eth0 {'cniVersion':'1.0.0','name':'net','type':'"
                + call.substring(0, call.indexOf(' '))
                + "','prevResult':{'cniVersion':'1.0.0','ips':[{'address':'10.0.0.8/24'}]}}";
    }

    private CniChain chain(String version, String... types) {
        Conflist conflist = Conflist.of(version, "net");
        for (String type : types) {
            conflist = conflist.then("{\"type\":\"" + type + "\"}");
        }
        return CniChain.of(node, List.of(plugins), conflist);
    }

    private void plugin(String name, String answer) throws IOException {
        Path script = plugins.resolve(name);
        Files.writeString(script, """
                #!/bin/sh
                echo "%s $CNI_COMMAND $CNI_CONTAINERID $CNI_NETNS $CNI_IFNAME $(tr '"' "'")" >> %s
                %s
                """.formatted(name, calls, answer));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
