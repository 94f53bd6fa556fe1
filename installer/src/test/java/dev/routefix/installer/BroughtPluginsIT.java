package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.files.Digests;
import dev.routefix.installer.files.InstalledFiles;
import dev.routefix.lab.net.Netns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Plugins that we bring under names which the host's own have too. */
class BroughtPluginsIT extends EmptyNode {

    @Test
    void a_plugin_of_the_hosts_own_is_neither_replaced_nor_removed() throws IOException {
        var loopback = Files.writeString(node.binDir().resolve("loopback"), "the host's own");

        node.installer("install");
        assertThat(loopback).hasContent("the host's own");

        Files.delete(loopback);
        node.installer("install");
        assertThat(loopback).isExecutable();
        Files.writeString(loopback, "changed by somebody");
        node.installer("install");
        assertThat(loopback).hasContent("changed by somebody");

        node.installer("uninstall");
        assertThat(node.files()).containsExactly("opt/cni/bin/loopback");
    }

    @Test
    void containerds_call_of_loopback_is_answered_where_nobody_listens() {
        node.installer("install");
        try (var sandbox = Netns.create("pod")) {
            var conf = "{\"cniVersion\":\"0.3.1\",\"name\":\"cni-loopback\",\"type\":\"loopback\"}";
            for (var verb : List.of("ADD", "DEL")) {
                var call = node.netns()
                        .command(List.of(node.binDir().resolve("loopback").toString()))
                        .env(Map.of(
                                "CNI_COMMAND",
                                verb,
                                "CNI_CONTAINERID",
                                "c1",
                                "CNI_NETNS",
                                sandbox.path().toString(),
                                "CNI_IFNAME",
                                "lo",
                                "CNI_PATH",
                                node.binDir().toString()))
                        .stdin(conf);

                assertThat(call.run().stdout()).contains(verb.equals("ADD") ? "127.0.0.1/8" : "");
                assertThat(sandbox.run("ip", "link", "show", "up").stdout()).contains("lo:");
            }
        }
    }

    /** Version 0.1.0 had macvlan, dhcp and loopback of Debian in its image. */
    @Test
    void what_the_first_version_brought_stays_until_the_uninstallation_but_for_loopback_which_becomes_ours()
            throws IOException {
        node.installer("install");
        var loopback = Files.readAllBytes(node.binDir().resolve("loopback"));
        var recorded = new InstalledFiles(node.at("var/lib/route-fix/installed.json"), System.err::println);
        for (var name : List.of("macvlan", "dhcp", "loopback")) {
            var file = node.binDir().resolve(name);
            Files.copy(Path.of("/usr/lib/cni", name), file, StandardCopyOption.REPLACE_EXISTING);
            recorded.add(file, new Digests().of(file));
        }

        node.installer("install");

        assertThat(node.binDir().resolve("macvlan")).hasSameBinaryContentAs(Path.of("/usr/lib/cni/macvlan"));
        assertThat(node.binDir().resolve("dhcp")).hasSameBinaryContentAs(Path.of("/usr/lib/cni/dhcp"));
        assertThat(node.binDir().resolve("loopback")).hasBinaryContent(loopback);

        node.installer("uninstall");
        assertThat(node.files()).isEmpty();
    }

    /** A digest that is recorded and a file that is written are two steps. */
    @Test
    void one_of_ours_that_was_not_recorded_any_more_is_known_by_what_it_holds() throws IOException {
        node.installer("install");
        Files.delete(node.at("var/lib/route-fix/installed.json"));

        node.installer("install");
        node.installer("uninstall");

        assertThat(node.files()).isEmpty();
    }
}
