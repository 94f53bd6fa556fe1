package dev.routefix.dhcp.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.cni.IdentityKind;
import dev.routefix.dhcp.AddressRequest;
import dev.routefix.dhcp.DhcpSettings;
import dev.routefix.dhcp.DhcpSettings.SentOption;
import dev.routefix.dhcp.message.Code;
import dev.routefix.netlink.MacAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a pod is to servers. */
final class IdentityTest {

    private static Identity identity(String network, String namespace, String pod, String ifname, long chance) {
        return Identity.of(request(network, namespace, pod, ifname, null, DhcpSettings.DEFAULT), new Random(chance));
    }

    private static AddressRequest request(
            String network,
            String namespace,
            String pod,
            String ifname,
            @Nullable MacAddress mac,
            DhcpSettings settings) {
        return new AddressRequest(
                new AttachmentId("c", ifname), network, namespace, pod, "eth0", mac, settings, Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"web-0", "db-12", "home-assistant", "my-nginx", "a-b", "router", "x2x7z", "web-x2x7a"})
    void a_name_given_by_hand_or_by_a_StatefulSet_is_the_same_each_time(String pod) {
        var one = identity("lan", "default", pod, "eth0", 1);
        var again = identity("lan", "default", pod, "eth0", 2);

        assertThat(one.comesAgain()).isTrue();
        assertThat(again.key()).isEqualTo(one.key());
        assertThat(again.client().mac()).isEqualTo(one.client().mac());
        assertThat(again.client().id()).isEqualTo(one.client().id());
        assertThat(one.client().id()).hasSize(1 + 4 + 2 + 16).startsWith(0xff);
        assertThat(one.client().id()).containsSubsequence(0, 4);
        assertThat(one.client().mac().bits() >> 40 & 3).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"web-6d4cf56db6-x2x7z", "node-exporter-jg4k9", "backup-28991234-q8wzt", ""})
    void a_generated_name_is_another_each_time(String pod) {
        var one = identity("lan", "default", pod, "eth0", 1);
        var again = identity("lan", "default", pod, "eth0", 2);

        assertThat(one.comesAgain()).isFalse();
        assertThat(one.forAnybody()).isTrue();
        assertThat(again.client().mac()).isNotEqualTo(one.client().mac());
        assertThat(one.client().mac().bits() >> 40 & 3).isEqualTo(2);
    }

    @Test
    void network_namespace_pod_and_interface_each_make_another() {
        var one = identity("lan", "default", "web-0", "eth0", 1);

        assertThat(List.of(
                        one.client().mac(),
                        identity("lab", "default", "web-0", "eth0", 1).client().mac(),
                        identity("lan", "other", "web-0", "eth0", 1).client().mac(),
                        identity("lan", "default", "web-1", "eth0", 1).client().mac(),
                        identity("lan", "default", "web-0", "net1", 1).client().mac(),
                        identity("lan", "defaultw", "eb-0", "eth0", 1).client().mac()))
                .doesNotHaveDuplicates();
    }

    @Test
    void a_hardware_address_that_was_asked_for_is_used_and_its_lease_is_for_nobody_else() {
        var mac = MacAddress.parse("02:11:22:33:44:55");
        var named = Identity.of(request("lan", "default", "web-0", "eth0", mac, DhcpSettings.DEFAULT), new Random(1));
        var generated =
                Identity.of(request("lan", "default", "web-jg4k9", "eth0", mac, DhcpSettings.DEFAULT), new Random(1));

        assertThat(named.client().mac()).isEqualTo(mac);
        assertThat(named.comesAgain()).isTrue();
        assertThat(generated.client().mac()).isEqualTo(mac);
        assertThat(generated.forAnybody()).isFalse();
    }

    private static Identity as(IdentityKind kind, String pod, long chance) {
        var settings = new DhcpSettings(List.of(), List.of(), List.of(), kind);
        return Identity.of(request("lan", "default", pod, "eth0", null, settings), new Random(chance));
    }

    @Test
    void whoever_is_told_to_be_stable_is_the_same_each_time_and_whoever_is_told_to_be_anonymous_is_another() {
        var generated = "web-6d4cf56db6-x2x7z";
        assertThat(as(IdentityKind.STABLE, generated, 1).client().mac())
                .isEqualTo(as(IdentityKind.STABLE, generated, 2).client().mac());
        assertThat(as(IdentityKind.STABLE, generated, 1).comesAgain()).isTrue();
        assertThat(as(IdentityKind.STABLE, generated, 1).forAnybody()).isFalse();

        assertThat(as(IdentityKind.ANONYMOUS, "web-0", 1).client().mac())
                .isNotEqualTo(as(IdentityKind.ANONYMOUS, "web-0", 2).client().mac());
        assertThat(as(IdentityKind.ANONYMOUS, "web-0", 1).comesAgain()).isFalse();
        assertThat(as(IdentityKind.ANONYMOUS, "web-0", 1).forAnybody()).isTrue();
        assertThat(as(IdentityKind.ANONYMOUS, "web-0", 1).client().hostname()).isEqualTo("web-0");
    }

    @Test
    void nobody_without_a_name_can_be_stable() {
        assertThatThrownBy(() -> as(IdentityKind.STABLE, "", 1))
                .isInstanceOfSatisfying(
                        CniException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ENVIRONMENT))
                .hasMessageContaining("K8S_POD_NAME");
    }

    @Test
    void a_pods_name_becomes_one_label() {
        assertThat(PodName.label("web.0_x-")).isEqualTo("web-0-x");
        assertThat(PodName.label("a".repeat(70))).hasSize(63);
        assertThat(PodName.label("--")).isNull();
    }

    @Test
    void what_a_user_provides_and_asks_for_is_sent_and_what_would_break_the_client_is_refused() {
        var settings = new DhcpSettings(
                List.of(new SentOption(Code.HOST_NAME, "mine"), new SentOption(Code.REQUESTED_ADDRESS, "192.168.2.9")),
                List.of(42, Code.ROUTER),
                List.of(Code.INTERFACE_MTU, Code.SUBNET_MASK),
                IdentityKind.AUTO);
        var client = Identity.of(request("lan", "default", "web-0", "eth0", null, settings), new Random(1))
                .client();

        assertThat(client.provided().text(Code.HOST_NAME)).isEqualTo("mine");
        assertThat(client.provided().address(Code.REQUESTED_ADDRESS)).hasToString("192.168.2.9");
        assertThat(client.wanted()).contains(42, Code.SUBNET_MASK).doesNotContain(Code.INTERFACE_MTU);
        for (var bad : List.of(
                new SentOption(Code.MESSAGE_TYPE, "x"),
                new SentOption(0, "x"),
                new SentOption(255, "x"),
                new SentOption(Code.REQUESTED_ADDRESS, "here"),
                new SentOption(60, "x".repeat(900)))) {
            var refused = new DhcpSettings(List.of(bad), List.of(), List.of(), IdentityKind.AUTO);
            assertThatThrownBy(
                            () -> Identity.of(request("lan", "default", "web-0", "eth0", null, refused), new Random(1)))
                    .isInstanceOfSatisfying(
                            CniException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG));
        }
    }

    @Test
    void the_reference_plugins_pods_are_known_by_their_containers_and_none_of_them_comes_again() {
        var mac = MacAddress.parse("02:00:5e:00:01:76");
        var request = request("lan", "default", "web-0", "eth0", null, DhcpSettings.DEFAULT);

        var old = Identity.ofReferencePlugin(request, mac);

        assertThat(old.client().id()).isEqualTo("\0c/lan/eth0".getBytes(StandardCharsets.UTF_8));
        assertThat(old.client().mac()).isEqualTo(mac);
        assertThat(old.client().hostname()).isEqualTo("web-0");
        assertThat(old.key())
                .isEqualTo(identity("lan", "default", "web-0", "eth0", 1).key());
        assertThat(old.comesAgain()).isTrue();
        assertThat(old.keepsItsLease()).isFalse();
        assertThat(old.forAnybody()).isFalse();
        assertThat(identity("lan", "default", "web-0", "eth0", 1).keepsItsLease())
                .isTrue();
    }

    @Test
    void the_reference_plugins_identifier_is_cut_to_what_an_option_holds() {
        var longest = "n".repeat(250);
        var request = request(longest, "default", "web-6d4cf56db6-x2x7z", "eth0", null, DhcpSettings.DEFAULT);

        var old = Identity.ofReferencePlugin(request, MacAddress.parse("02:00:5e:00:01:76"));

        assertThat(new String(old.client().id(), StandardCharsets.UTF_8)).isEqualTo("\0c/" + longest + "/e");
        assertThat(old.client().id()).hasSize(255);
        assertThat(old.key()).isNull();
    }
}
