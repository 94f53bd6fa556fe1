package dev.routefix.installer.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.config.IptablesMode;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.plan.Rule;
import dev.routefix.lab.net.Netns;
import dev.routefix.netlink.namespace.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real packet filters in a namespace, looked at through iptables that write down each time they run. */
final class IptablesIT {

    private static final Path SBIN = Path.of("/usr/sbin");

    @TempDir
    Path root;

    private Netns node;
    private Iptables iptables;

    @BeforeEach
    void a_node() throws IOException {
        node = Netns.create("iptables");
        var sbin = Files.createDirectories(root.resolve("usr/sbin"));
        for (var name : List.of("xtables-nft-multi", "xtables-legacy-multi")) {
            var script = "#!/bin/sh\necho %s >> %s\nexec %s \"$@\"\n".formatted(name, runs(), SBIN.resolve(name));
            Files.setPosixFilePermissions(
                    Files.writeString(sbin.resolve(name), script), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        iptables = new Iptables(Paths.under(root));
    }

    @AfterEach
    void gone() {
        node.close();
    }

    @Test
    void rules_of_nft_are_listed_again_only_when_somebody_changed_one() throws IOException {
        change("nft", "-A", "FORWARD", "-i", "mac0", "-j", "ACCEPT");
        assertThat(rules()).hasSize(1);

        forget();
        assertThat(rules()).hasSize(1);
        assertThat(runs()).doesNotExist();

        change("nft", "-F", "FORWARD");
        assertThat(rules()).isEmpty();
        change("nft", "-t", "nat", "-A", "POSTROUTING", "-j", "MASQUERADE");
        assertThat(rules()).hasSize(1);
    }

    @Test
    void no_iptables_runs_to_find_out_that_nobody_marked_a_packet_filter() {
        assertThat(mode()).isEqualTo(Rule.Mode.NFT);
        assertThat(runs()).doesNotExist();
    }

    @Test
    void a_mark_in_nft_wins_over_one_in_legacy() {
        change("legacy", "-t", "mangle", "-N", "KUBE-KUBELET-CANARY");
        assertThat(mode()).isEqualTo(Rule.Mode.LEGACY);

        change("nft", "-t", "mangle", "-N", "KUBE-IPTABLES-HINT");
        assertThat(mode()).isEqualTo(Rule.Mode.NFT);
    }

    @Test
    void a_chain_whose_name_only_begins_like_a_mark_is_none() {
        change("legacy", "-t", "mangle", "-N", "KUBE-KUBELET-CANARY2");

        assertThat(mode()).isEqualTo(Rule.Mode.NFT);
    }

    @Test
    void the_mark_in_legacy_is_looked_for_until_it_is_found() throws IOException {
        change("legacy", "-t", "mangle", "-N", "OTHER");
        assertThat(mode()).isEqualTo(Rule.Mode.NFT);
        change("legacy", "-t", "mangle", "-N", "KUBE-IPTABLES-HINT");
        assertThat(mode()).isEqualTo(Rule.Mode.LEGACY);

        forget();
        assertThat(mode()).isEqualTo(Rule.Mode.LEGACY);
        assertThat(runs()).doesNotExist();
    }

    private List<Rule> rules() {
        return onNode(() -> iptables.rules(Rule.Mode.NFT));
    }

    private Rule.Mode mode() {
        return onNode(() -> iptables.detect(IptablesMode.AUTO));
    }

    private <T> T onNode(Supplier<T> work) {
        return Namespace.inside(node.path(), (_, _) -> work.get());
    }

    private void change(String mode, String... words) {
        var argv = new ArrayList<>(List.of("xtables-" + mode + "-multi", "iptables"));
        argv.addAll(List.of(words));
        node.command(argv).run();
    }

    /** One line for each time an iptables ran; none if none did. */
    private Path runs() {
        return root.resolve("runs");
    }

    private void forget() throws IOException {
        Files.delete(runs());
    }
}
