package dev.routefix.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.routefix.cni.PortMapping.Protocol;
import dev.routefix.netlink.IpAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortMappingsTest {

    private static final IpAddress NODE = IpAddress.parse("192.168.2.21");

    @Test
    void reads_what_containerd_and_CRI_O_send() {
        assertThat(ports("""
                        [{"hostPort":8080,"containerPort":80,"protocol":"tcp","hostIP":""},
                         {"hostPort":53,"containerPort":5353,"protocol":"UDP","hostIP":"192.168.2.21"},
                         {"hostPort":36412,"containerPort":1,"protocol":"sctp","hostIP":"0.0.0.0"},
                         {"hostPort":81,"containerPort":65535,"hostIP":"::"}]"""))
                .containsExactly(
                        new PortMapping(Protocol.TCP, null, 8080, 80),
                        new PortMapping(Protocol.UDP, NODE, 53, 5353),
                        new PortMapping(Protocol.SCTP, null, 36412, 1),
                        new PortMapping(Protocol.TCP, null, 81, 65535));
    }

    @Test
    void reads_keys_in_any_case_as_containerd_writes_them_with_a_capital() {
        assertThat(ports("""
                        [{"HostPort":8088,"ContainerPort":80,"Protocol":"tcp","HostIP":"192.168.2.21"}]""")).containsExactly(new PortMapping(Protocol.TCP, NODE, 8088, 80));
    }

    @Test
    void there_are_none_where_the_runtime_says_nothing() {
        assertThat(conf("{\"mac\":\"02:00:00:00:00:01\"}")).isEmpty();
        assertThat(conf("{}")).isEmpty();
        assertThat(ports("[]")).isEmpty();
        assertThat(ports("null")).isEmpty();
    }

    @Test
    void one_that_is_given_twice_is_taken_once() {
        assertThat(ports("""
                        [{"hostPort":80,"containerPort":80},{"hostPort":80,"containerPort":80,"protocol":"tcp"},
                         {"hostPort":80,"containerPort":81,"hostIP":"127.0.0.1"}]""")).hasSize(2);
    }

    @Test
    void refuses_all_faults_at_once_a_line_each() {
        assertThatExceptionOfType(CniException.class)
                .isThrownBy(() -> ports("""
                        [{"hostPort":0,"containerPort":65536,"protocol":"icmp","hostIP":"node-1"},
                         {"hostPort":"80","protocol":7},
                         {"hostPort":8080,"containerPort":80,"hostIP":"fd00::1"},
                         {"hostPort":90,"containerPort":80},{"hostPort":90,"containerPort":81}]"""))
                .satisfies(refused -> {
                    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
                    assertThat(String.valueOf(refused.getMessage()).lines())
                            .containsExactly(
                                    "\"runtimeConfig.portMappings[0].protocol\" must be tcp, udp or sctp, but is icmp",
                                    "\"runtimeConfig.portMappings[0].hostIP\" must be an IP address, or empty for all of the node's, but is node-1",
                                    "\"runtimeConfig.portMappings[0].hostPort\" must be a port, 1 to 65535, but is 0",
                                    "\"runtimeConfig.portMappings[0].containerPort\" must be a port, 1 to 65535, but is 65536",
                                    "\"runtimeConfig.portMappings[1].protocol\" must be a string, but is 7",
                                    "\"runtimeConfig.portMappings[1].hostPort\" must be a number, but is 80",
                                    "\"runtimeConfig.portMappings[1].containerPort\" must be a port, 1 to 65535, but is null",
                                    "\"runtimeConfig.portMappings[2].hostIP\" must be of the same kind as the pods' addresses, or empty, but is fd00::1",
                                    "\"runtimeConfig.portMappings[4].hostPort\" must be another than that of a mapping before:"
                                            + " tcp *:90 cannot lead to 80 and to 81, but is 90");
                });
    }

    @Test
    void a_list_that_is_none_is_refused_and_DEL_does_without() {
        assertThatExceptionOfType(CniException.class)
                .isThrownBy(() -> ports("7"))
                .withMessageContaining("\"runtimeConfig.portMappings\" must be an array of objects");
        assertThat(parse("DEL", "{\"portMappings\":7}").portMappings()).isEmpty();
        assertThat(parse("DEL", "{\"portMappings\":7}").faults()).hasSize(1);
    }

    @Test
    void two_overlap_where_a_packet_could_be_for_both() {
        var any = new PortMapping(Protocol.TCP, null, 80, 80);
        var one = new PortMapping(Protocol.TCP, NODE, 80, 80);
        var loopback = new PortMapping(Protocol.TCP, IpAddress.parse("127.0.0.1"), 80, 80);

        assertThat(any.overlaps(one)).isTrue();
        assertThat(one.overlaps(any)).isTrue();
        assertThat(one.overlaps(loopback)).isFalse();
        assertThat(any.overlaps(new PortMapping(Protocol.UDP, null, 80, 80))).isFalse();
        assertThat(any.overlaps(new PortMapping(Protocol.TCP, null, 81, 80))).isFalse();
    }

    private static List<PortMapping> ports(String mappings) {
        return conf("{\"portMappings\":" + mappings + "}");
    }

    private static List<PortMapping> conf(String runtimeConfig) {
        return parse("ADD", runtimeConfig).portMappings();
    }

    private static NetConf parse(String command, String runtimeConfig) {
        return CniRequest.parse(
                        Map.of(
                                "CNI_COMMAND", command,
                                "CNI_CONTAINERID", "c0ffee",
                                "CNI_NETNS", "/var/run/netns/cni-1",
                                "CNI_IFNAME", "eth0",
                                "CNI_PATH", "/opt/cni/bin"),
                        ("{\"cniVersion\":\"1.0.0\",\"name\":\"lan\",\"type\":\"route-fix\",\"runtimeConfig\":"
                                        + runtimeConfig + "}")
                                .getBytes(StandardCharsets.UTF_8))
                .conf();
    }
}
