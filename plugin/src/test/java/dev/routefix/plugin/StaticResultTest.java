package dev.routefix.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.cni.CniException;
import dev.routefix.cni.CniRequest;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.IpamConf;
import dev.routefix.cni.Json;
import dev.routefix.lab.Node;
import dev.routefix.process.Subprocess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses that the configuration names, beside what the reference plugin makes of the same call. */
class StaticResultTest {

    private static final String TWO = """
            "addresses":[{"address":"192.168.2.76/24","gateway":"192.168.2.1"},{"address":"fd00::76/64"}],
            "routes":[{"dst":"0.0.0.0/0"},{"dst":"10.1.0.0/16","gw":"192.168.2.254"}],
            "dns":{"nameservers":["192.168.2.1"],"domain":"lan.test","search":["a.test"]}""";

    private static CniRequest request(String verb, String args, String ipam, String others) {
        return CniRequest.parse(environment(verb, args), conf(ipam, others).getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> environment(String verb, String args) {
        return Map.of(
                "CNI_COMMAND", verb,
                "CNI_CONTAINERID", "c",
                "CNI_NETNS", "/run/netns/c",
                "CNI_IFNAME", "eth0",
                "CNI_PATH", "/none",
                "CNI_ARGS", args);
    }

    private static String conf(String ipam, String others) {
        return "{\"cniVersion\":\"1.0.0\",\"name\":\"lan\",\"type\":\"route-fix\",\"master\":\"eth0\",\"ipam\":{\"type\":\"static\""
                + (ipam.isEmpty() ? "" : "," + ipam) + "}" + (others.isEmpty() ? "" : "," + others) + "}";
    }

    private static StaticResult of(CniRequest request) {
        return new StaticResult(request, (IpamConf.Static)
                Objects.requireNonNull(request.conf().own().ipam()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            ~~ | ~~
            IP=192.168.2.77/24 | ~~
            IgnoreUnknown=1;IP=192.168.3.77/24, fd00::77/64;GATEWAY=192.168.3.1,fd00::1 | ~~
            IP=10.0.0.7/8;GATEWAY=10.0.0.1 | ~~
            ~~ | "runtimeConfig":{"ips":["10.0.0.7/8","fd00::7/64"]}
            IP=192.168.2.77/24 | "runtimeConfig":{"ips":["10.0.0.7/8"]}
            ~~ | "args":{"cni":{"ips":["10.0.0.8/8"]}}
            ~~ | "args":{"cni":{"ips":["10.0.0.8/8"]}},"runtimeConfig":{"ips":["10.0.0.7/8"]}
            """)
    void the_answer_is_that_of_the_reference_plugin(String args, String others) throws IOException {
        var theirs = Subprocess.run(
                List.of(Node.REFERENCE_PLUGINS.resolve("static").toString()),
                new HashMap<>(environment("ADD", args)),
                conf(TWO, others),
                Duration.ofSeconds(30));
        assertThat(theirs.exitCode()).as("%s", theirs).isZero();
        var expected = Json.read(theirs.output().getBytes(StandardCharsets.UTF_8));
        expected.remove("cniVersion");
        assertThat(of(request("ADD", args, TWO, others)).ofAdd()).isEqualTo(expected);
    }

    @Test
    void a_pod_without_any_address_is_refused_and_told_where_to_name_one() {
        assertThatThrownBy(() -> of(request("ADD", "", "", "")).ofAdd())
                .isInstanceOfSatisfying(
                        CniException.class, e -> assertThat(e.number()).isEqualTo(ErrorCode.INVALID_CONFIG.number))
                .hasMessageContainingAll("\"ipam.addresses\"", "capability \"ips\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            IP=192.168.2.76 | IP of CNI_ARGS | "192.168.2.76"
            GATEWAY=192.168.2.1,router | GATEWAY of CNI_ARGS | "router"
            """)
    void words_of_CNI_ARGS_that_are_no_addresses_are_named(String args, String word, String culprit) {
        assertThatThrownBy(() -> of(request("ADD", args, TWO, "")).ofAdd())
                .isInstanceOfSatisfying(
                        CniException.class, e -> assertThat(e.number()).isEqualTo(ErrorCode.INVALID_ENVIRONMENT.number))
                .hasMessageContainingAll(word, culprit);
    }

    @Test
    void everything_that_is_wrong_with_a_configuration_is_named_at_once() {
        assertThatThrownBy(() -> request(
                        "ADD",
                        "",
                        """
                        "addresses":[{"address":"192.168.2.76"},{"address":"10.0.0.1/8","gateway":"x"},{}],
                        "routes":[{"dst":"all"},{"dst":"0.0.0.0/0","gw":"y"}],"dns":7""",
                        "\"runtimeConfig\":{\"ips\":[\"10.0.0.2\"]},\"args\":{\"cni\":{\"ips\":\"10.0.0.2/8\"}}"))
                .isInstanceOfSatisfying(
                        CniException.class,
                        e -> assertThat(String.valueOf(e.getMessage())
                                        .lines()
                                        .map(line -> line.substring(0, line.indexOf(' '))))
                                .containsExactly(
                                        "\"ipam.addresses[0].address\"",
                                        "\"ipam.addresses[1].gateway\"",
                                        "\"ipam.addresses[2].address\"",
                                        "\"runtimeConfig.ips\"",
                                        "\"args.cni.ips\"",
                                        "\"ipam.routes[0].dst\"",
                                        "\"ipam.routes[1].gw\"",
                                        "\"ipam.dns\""));
    }

    @Test
    void CHECK_misses_an_address_that_the_pod_was_not_given() {
        var before =
                "\"prevResult\":{\"interfaces\":[{\"name\":\"eth0\",\"sandbox\":\"/run/netns/c\"}],\"ips\":[{\"address\":\"192.168.2.76/24\",\"interface\":0}]}";
        of(request("CHECK", "", "\"addresses\":[{\"address\":\"192.168.2.76/24\"}]", before))
                .check();
        assertThatThrownBy(() -> of(request("CHECK", "", TWO, before)).check())
                .isInstanceOfSatisfying(
                        CniException.class, e -> assertThat(e.number()).isEqualTo(ErrorCode.NOT_AS_LEFT.number))
                .hasMessageContaining("fd00::76/64");
    }
}
