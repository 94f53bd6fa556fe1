package dev.routefix.installer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.Lan;
import dev.routefix.lab.Node;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs and routers that people have do with a node's new interface, with real ones. The names begin with the numbers of faults from the field. */
class OthersOnTheLanIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String STATIC = "IPAM={\"type\":\"static\"}";

    @TempDir
    Path directory;

    private Lan lan;
    private Node node;
    private TestNode host;

    @BeforeEach
    void a_node_on_a_LAN() {
        lan = Lan.open(Lan.Options.DEFAULT.nodes(1));
        node = lan.node(1);
        host = new TestNode(node.netns());
    }

    @AfterEach
    void gone() {
        host.close();
        lan.close();
    }

    @Test
    void b6_an_mDNS_responder_of_the_node_says_nothing_of_the_gateways_address() throws IOException {
        assertThat(host.installer("install", STATIC).exit()).isZero();

        try (var heard = listen();
                var avahi = avahi()) {
            avahi.awaitLog("Server startup complete", SOON);
            // it repeats its announcement after a second and after two (RFC 6762, section 8.3)
            Poll.until(
                    "the node's own address is announced twice",
                    SOON,
                    () -> heard.log().split("A " + node.address(), -1).length > 2);

            assertThat(avahi.log()).contains("interface eth0.IPv4").doesNotContain("mac0");
            assertThat(heard.log()).doesNotContain("169.254.1.1", "1.1.254.169");
        }
    }

    @Test
    void c1_router_advertisements_give_mac0_neither_address_nor_route() {
        lan.router().netns().ip("address add fd00:2::1/64 dev eth0 nodad");
        try (var run = host.run(STATIC);
                var _ = advertise()) {
            Poll.until(
                    "eth0 has an address and a route of the router's",
                    SOON,
                    () -> ipv6("eth0").contains("fd00:2::") && ipv6("eth0").contains("default via"));
            assertThat(ipv6("mac0")).isEmpty();

            node.netns().sysctl("net/ipv6/conf/mac0/disable_ipv6", "0");
            run.awaitLog("set net.ipv6.conf.mac0.disable_ipv6=1", SOON);
            Poll.until("mac0 has no IPv6 any more", SOON, () -> ipv6("mac0").isEmpty());

            // made anew, it is up while the router speaks
            node.netns().ip("link delete mac0");
            run.awaitLog("info create mac0", SOON);
            Poll.until(
                    "mac0 is up",
                    SOON,
                    () -> node.netns()
                            .show("link", "show")
                            .toString()
                            .matches(".*\"mac0\",\"flags\":\\[[^]]*\"UP\".*"));
            assertThat(node.netns().sysctl("net/ipv6/conf/mac0/disable_ipv6")).isEqualTo("1");
            assertThat(ipv6("mac0")).isEmpty();
        }
    }

    /** dnsmasq beside the DHCP server, which only advertises. */
    private Background advertise() {
        return lan.router()
                .netns()
                .command(List.of(
                        "dnsmasq",
                        "--keep-in-foreground",
                        "--conf-file=/dev/null",
                        "--user=root",
                        "--pid-file=",
                        "--port=0",
                        "--interface=eth0",
                        "--bind-interfaces",
                        "--enable-ra",
                        "--ra-param=eth0,4,60",
                        "--dhcp-range=fd00:2::,ra-only",
                        "--log-facility=-"))
                .start(directory.resolve("dnsmasq.log"));
    }

    /** Addresses and routes of an interface, those that the kernel makes for itself left out. */
    private String ipv6(String link) {
        return of(node.netns(), "address", link) + of(node.netns(), "route", link);
    }

    private static String of(Netns netns, String what, String link) {
        return netns.run("ip", "-6", what, "show", "dev", link).stdout();
    }

    /** Everything of mDNS that a client of the LAN hears. */
    private Background listen() {
        var heard = lan.client()
                .netns()
                .command("tcpdump", "-lnnvvi", "eth0", "udp", "port", "5353")
                .start(directory.resolve("heard.log"));
        heard.awaitLog("listening on eth0", SOON);
        return heard;
    }

    /** Avahi on the node, with a /run of its own, so that one of this machine's is left alone. */
    private Background avahi() throws IOException {
        var configuration = Files.writeString(directory.resolve("avahi.conf"), """
                [server]
                host-name=n1
                use-ipv6=no
                enable-dbus=no
                """);
        return node.netns()
                .command(List.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount -t tmpfs none /run && exec \"$@\"",
                        "sh",
                        "avahi-daemon",
                        "--no-drop-root",
                        "--no-chroot",
                        "--no-rlimits",
                        "--no-proc-title",
                        "-f",
                        configuration.toString()))
                .start(directory.resolve("avahi.log"));
    }
}
