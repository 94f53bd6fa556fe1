package dev.routefix.installer.rules;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.installer.config.IptablesMode;
import dev.routefix.installer.config.Paths;
import dev.routefix.installer.plan.Repair.DeleteRule;
import dev.routefix.installer.plan.Repair.PutRule;
import dev.routefix.installer.plan.Rule;
import dev.routefix.lab.net.Netns;
import dev.routefix.netlink.namespace.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void a_rule_goes_to_the_place_it_is_to_have() {
        change("nft", "-A", "FORWARD", "-i", "lo", "-j", "ACCEPT");
        change("nft", "-A", "FORWARD", "-j", "DROP");
        var rule = Rule.every("mac0", "eth0").getFirst();

        onNode(() -> {
            iptables.put(new PutRule(Rule.Mode.NFT, rule, 2));
            return true;
        });

        assertThat(rules())
                .extracting(Rule::words)
                .satisfiesExactly(
                        first -> assertThat(first).contains("lo"),
                        second -> assertThat(second).isEqualTo(rule.words()),
                        third -> assertThat(third).containsExactly("-j", "DROP"));
    }

    @ParameterizedTest
    @EnumSource
    void a_tables_rules_are_changed_together_by_one_run(Rule.Mode mode) throws IOException {
        var rules = postrouting();
        change(mode.text(), "-t", "nat", "-A", "POSTROUTING", "-o", "lo", "-j", "ACCEPT");
        onNode(() -> {
            iptables.put(atTheEnd(mode, rules.getLast()));
            return true;
        });
        forget();

        assertThat(onNode(() -> iptables.changeTogether(List.of(
                        new DeleteRule(mode, rules.getLast()),
                        new PutRule(mode, rules.get(0), 1),
                        new PutRule(mode, rules.get(1), 2)))))
                .isTrue();

        assertThat(Files.readAllLines(runs())).hasSize(1);
        assertThat(rules(mode))
                .filteredOn(rule -> rule.chain() == Rule.Chain.POSTROUTING)
                .extracting(Rule::words)
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo(rules.get(0).words()),
                        second -> assertThat(second).isEqualTo(rules.get(1).words()),
                        third -> assertThat(third).contains("lo"));
    }

    @ParameterizedTest
    @EnumSource
    void where_one_of_them_is_refused_all_are(Rule.Mode mode) {
        var rules = postrouting();

        assertThat(onNode(() -> iptables.changeTogether(
                        List.of(new PutRule(mode, rules.get(0), 1), new DeleteRule(mode, rules.get(1))))))
                .isFalse();

        assertThat(rules(mode)).isEmpty();
    }

    private static List<Rule> postrouting() {
        return Rule.every("mac0", "eth0").stream()
                .filter(rule -> rule.chain() == Rule.Chain.POSTROUTING)
                .toList();
    }

    private static PutRule atTheEnd(Rule.Mode mode, Rule rule) {
        return new PutRule(mode, rule, PutRule.AT_THE_END);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void every_rule_of_ours_reads_as_it_was_written(String mode) {
        var rules = Rule.every("mac0", "eth0");

        onNode(() -> {
            for (var rule : rules) {
                iptables.put(atTheEnd(Rule.Mode.valueOf(mode.toUpperCase(Locale.ROOT)), rule));
            }
            return true;
        });

        assertThat(rules(Rule.Mode.valueOf(mode.toUpperCase(Locale.ROOT)))).containsExactlyInAnyOrderElementsOf(rules);
    }

    @Test
    void where_the_kernel_has_no_NETMAP_its_place_is_taken() throws IOException {
        Files.writeString(root.resolve("usr/sbin/xtables-nft-multi"), """
                #!/bin/sh
                case "$*" in *NETMAP*) echo 'RULE_INSERT failed (No such file or directory): rule in chain POSTROUTING' >&2; exit 4;; esac
                exec /usr/sbin/xtables-nft-multi "$@"
                """);
        var keep = Rule.every("mac0", "eth0").stream()
                .filter(rule -> !rule.orElse().equals(rule))
                .findFirst()
                .orElseThrow();

        onNode(() -> {
            iptables.put(new PutRule(Rule.Mode.NFT, keep, 1));
            return true;
        });

        assertThat(rules()).containsExactly(keep.orElse());
    }

    @Test
    void b3_a_chain_with_rules_that_only_nft_knows_tells_what_is_there_of_ours_and_can_be_changed() {
        change("nft", "-A", "FORWARD", "-i", "lo", "-j", "ACCEPT");
        node.run("nft", "add", "rule", "ip", "filter", "FORWARD", "ct", "state", "invalid", "counter", "drop");
        var rules = Rule.every("mac0", "eth0");
        var forward = rules.stream()
                .filter(rule -> rule.chain() == Rule.Chain.FORWARD)
                .toList();
        onNode(() -> {
            iptables.put(new PutRule(Rule.Mode.NFT, forward.getFirst(), 1));
            return true;
        });

        var listing = requireNonNull(
                onNode(() -> iptables.listings(Rule.Mode.NFT, rules)).get(Rule.Chain.FORWARD));

        assertThat(listing.unlisted()).contains("chain `FORWARD' in table `filter' is incompatible");
        assertThat(listing.rules()).containsExactly(forward.getFirst());
        assertThat(node.run("nft", "list", "chain", "ip", "filter", "FORWARD").stdout())
                .containsSubsequence("mac0", "lo", "ct state invalid");
    }

    @Test
    void b3_each_rule_of_ours_is_told_once_and_can_be_taken_away_wherever_it_stands() {
        change("nft", "-t", "nat", "-A", "POSTROUTING", "-o", "lo", "-j", "ACCEPT");
        node.run("nft", "add", "rule", "ip", "nat", "POSTROUTING", "ct", "state", "invalid", "counter", "accept");
        var rules = Rule.every("mac0", "eth0");
        var keep = rules.stream()
                .filter(rule -> !rule.orElse().equals(rule))
                .findFirst()
                .orElseThrow();
        onNode(() -> {
            iptables.put(atTheEnd(Rule.Mode.NFT, keep));
            return true;
        });

        assertThat(present(rules)).containsExactly(keep);
        onNode(() -> {
            iptables.delete(new DeleteRule(Rule.Mode.NFT, keep));
            return true;
        });

        assertThat(present(rules)).isEmpty();
        assertThat(node.run("nft", "list", "chain", "ip", "nat", "POSTROUTING").stdout())
                .contains("oifname \"lo\"", "ct state invalid");
    }

    private List<Rule> present(List<Rule> rules) {
        return requireNonNull(
                        onNode(() -> iptables.listings(Rule.Mode.NFT, rules)).get(Rule.Chain.POSTROUTING))
                .rules();
    }

    private List<Rule> rules() {
        return rules(Rule.Mode.NFT);
    }

    private List<Rule> rules(Rule.Mode mode) {
        var rules = new ArrayList<Rule>();
        onNode(() -> iptables.listings(mode, List.of())).values().forEach(listing -> rules.addAll(listing.rules()));
        return rules;
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
