package dev.routefix.hostport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.attachment.Attachment;
import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.PortMapping;
import dev.routefix.cni.PortMapping.Protocol;
import dev.routefix.lab.net.Netns;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.namespace.Namespace;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real kernel makes of our messages, as {@code nft} shows it. */
final class HostPortsIT {

    private static final PortMapping WEB = new PortMapping(Protocol.TCP, null, 8080, 80);
    private static final PortMapping DNS = new PortMapping(Protocol.UDP, IpAddress.parse("192.168.2.21"), 53, 5353);
    private static final PortMapping SIGNALS =
            new PortMapping(Protocol.SCTP, IpAddress.parse("192.168.2.21"), 36412, 1);

    private Netns node;

    @BeforeEach
    void makes_a_node() {
        node = Netns.create("node");
        node.ip(
                "link set lo up\nlink add mac0 type veth peer name peer0\nlink set mac0 up\naddress add 192.168.2.21/24 dev mac0\n");
    }

    @AfterEach
    void removes_it() {
        node.close();
    }

    @Test
    void the_table_is_what_an_owner_would_have_written() {
        follow(List.of(pod(76, WEB, DNS, SIGNALS)));

        assertThat(table()).isEqualTo("""
                        table ip route-fix-hostports {
                        	set loopback-gates {
                        		type ifname
                        		elements = { "mac0" }
                        	}

                        	set hidden {
                        		type ipv4_addr . ipv4_addr
                        		elements = { 127.0.0.1 . 192.168.2.76, 192.168.2.76 . 192.168.2.76 }
                        	}

                        	map of-address {
                        		type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service
                        		elements = { 192.168.2.21 . sctp . 36412 : 192.168.2.76 . 1, 192.168.2.21 . udp . 53 : 192.168.2.76 . 5353 }
                        	}

                        	map of-any {
                        		type inet_proto . inet_service : ipv4_addr . inet_service
                        		elements = { tcp . 8080 : 192.168.2.76 . 80 }
                        	}

                        	chain guard {
                        		type filter hook prerouting priority raw; policy accept;
                        		iifname @loopback-gates ip daddr 127.0.0.0/8 drop comment "route-fix: no pod talks to the loopback of the node"
                        		iifname @loopback-gates ip saddr 127.0.0.0/8 drop comment "route-fix: no pod talks as the loopback of the node"
                        	}

                        	chain prerouting {
                        		type nat hook prerouting priority dstnat + 10; policy accept;
                        		fib daddr type local dnat ip to ip daddr . meta l4proto . th dport map @of-address comment "route-fix: ports of one address of the node"
                        		fib daddr type local dnat ip to meta l4proto . th dport map @of-any comment "route-fix: ports of all addresses of the node"
                        	}

                        	chain output {
                        		type nat hook output priority -90; policy accept;
                        		fib daddr type local dnat ip to ip daddr . meta l4proto . th dport map @of-address comment "route-fix: ports of one address of the node"
                        		fib daddr type local dnat ip to meta l4proto . th dport map @of-any comment "route-fix: ports of all addresses of the node"
                        	}

                        	chain postrouting {
                        		type nat hook postrouting priority srcnat - 10; policy accept;
                        		ip saddr . ip daddr @hidden masquerade comment "route-fix: pods to themselves, and the loopback of the node to pods"
                        	}
                        }
                        """);
        assertThat(node.sysctl("net/ipv4/conf/mac0/route_localnet")).isEqualTo("1");
    }

    @Test
    void follows_the_records_and_leaves_nothing_behind_the_last_one() {
        follow(List.of(pod(76, WEB), pod(77, DNS)));
        assertThat(differ(List.of(pod(76, WEB), pod(77, DNS)))).isFalse();
        assertThat(differ(List.of(pod(77, DNS)))).isTrue();

        follow(List.of(pod(77, DNS)));

        assertThat(table()).contains("192.168.2.77 . 5353").doesNotContain("8080", "192.168.2.76", "mac0");
        assertThat(node.sysctl("net/ipv4/conf/mac0/route_localnet")).isEqualTo("0");

        follow(List.of());

        assertThat(node.run("nft", "list", "ruleset").stdout()).isEmpty();
        assertThat(differ(List.of())).isFalse();
    }

    @Test
    void a_port_goes_over_to_another_pod_at_once() {
        follow(List.of(pod(76, WEB)));

        follow(List.of(pod(77, WEB)));

        assertThat(table()).contains("tcp . 8080 : 192.168.2.77 . 80").doesNotContain("192.168.2.76");
    }

    @Test
    void is_made_anew_after_somebody_has_flushed_deleted_or_changed_it() {
        var pods = List.of(pod(76, WEB, DNS));
        follow(pods);
        var whole = table();
        for (var spoil : List.of(
                "flush ruleset",
                "flush table ip route-fix-hostports",
                "flush chain ip route-fix-hostports guard",
                "insert rule ip route-fix-hostports prerouting accept",
                "flush map ip route-fix-hostports of-any",
                "add element ip route-fix-hostports of-any { tcp . 22 : 192.168.2.76 . 22 }")) {
            node.run("nft", spoil);
            assertThat(differ(pods)).as(spoil).isTrue();

            follow(pods);

            assertThat(differ(pods)).as(spoil).isFalse();
            assertThat(table()).as(spoil).isEqualTo(whole);
        }
        node.sysctl("net/ipv4/conf/mac0/route_localnet", "0");
        assertThat(differ(pods)).isTrue();
    }

    @Test
    void takes_more_ports_than_fit_one_transaction() {
        var many = new ArrayList<PortMapping>();
        for (int port = 1; port <= 1000; port++) {
            many.add(new PortMapping(Protocol.TCP, IpAddress.parse("192.168.2.21"), port, port));
        }
        var pod = pod(76, many.toArray(PortMapping[]::new));

        follow(List.of(pod));

        assertThat(differ(List.of(pod))).isFalse();
        assertThat(table()).contains("192.168.2.21 . tcp . 1000 : 192.168.2.76 . 1000");
        follow(List.of(pod(77, many.toArray(PortMapping[]::new))));
        assertThat(table()).doesNotContain("192.168.2.76");
    }

    @Test
    void of_two_records_with_one_port_the_others_are_served_all_the_same() {
        follow(List.of(pod(76, WEB), pod(77, WEB, DNS)));

        assertThat(table()).contains("tcp . 8080 : 192.168.2.76 . 80", "udp . 53 : 192.168.2.77 . 5353");
    }

    private static Attachment pod(int number, PortMapping... mappings) {
        return new Attachment(
                        new AttachmentId("pod" + number, "eth0"),
                        "",
                        "",
                        "mac0",
                        List.of(IpAddress.parse("192.168.2." + number)))
                .with(List.of(mappings));
    }

    private void follow(List<Attachment> pods) {
        node.call(() -> {
            try (var own = Namespace.own();
                    var ports = new HostPorts(Namespace.natTables(), own)) {
                ports.follow(pods);
            }
            return pods;
        });
    }

    private boolean differ(List<Attachment> pods) {
        return node.call(() -> {
            try (var own = Namespace.own();
                    var ports = new HostPorts(Namespace.natTables(), own)) {
                return ports.differ(pods, Namespace.sysctls());
            }
        });
    }

    /** As nft shows it, but for the order of elements, which is the kernel's whim. */
    private String table() {
        var shown =
                node.run("nft", "list", "table", "ip", "route-fix-hostports").stdout();
        return Pattern.compile("(?<=elements = \\{ )[^}]*(?= })")
                .matcher(shown)
                .replaceAll(
                        list -> Stream.of(list.group().split(",\\s+")).sorted().collect(Collectors.joining(", ")));
    }
}
