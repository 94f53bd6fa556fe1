package dev.routefix.netlink.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.net.Netns;
import dev.routefix.netlink.Family;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.Netlink;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a process that stays knows of its node's interfaces, and when it has to ask again. */
class LinkMemoryIT {

    private final KeptTables tables = new KeptTables();
    private Netns node;

    @BeforeEach
    void a_node() {
        node = Netns.create("memory");
        node.ip("link add eth0 type veth peer name lan0\nlink set eth0 up\naddress add 192.168.2.11/24 dev eth0\n");
    }

    @AfterEach
    void gone() {
        node.close();
    }

    private <T extends @Nullable Object> T open(Function<Netlink, T> work) {
        return node.call(() -> {
            try (var netlink = tables.open()) {
                return work.apply(netlink);
            }
        });
    }

    private Link eth0() {
        return Objects.requireNonNull(find("eth0"));
    }

    private @Nullable Link find(String name) {
        return open(netlink -> netlink.link(name));
    }

    private List<String> addresses() {
        return open(netlink -> netlink.addresses(Family.IPV4, eth(netlink))).stream()
                .map(LinkAddress::prefix)
                .map(String::valueOf)
                .toList();
    }

    private static int eth(Netlink netlink) {
        var link = netlink.link("eth0");
        return link == null ? 0 : link.index();
    }

    @Test
    void what_has_not_changed_is_not_asked_for_again() {
        var first = eth0();
        assertThat(eth0()).isSameAs(first);
        Link byIndex = open(netlink -> netlink.link(first.index()));
        assertThat(byIndex).isEqualTo(first);
        List<LinkAddress> addresses = open(netlink -> netlink.addresses(Family.IPV4, first.index()));
        List<LinkAddress> again = open(netlink -> netlink.addresses(Family.IPV4, first.index()));
        assertThat(addresses).hasSize(1);
        assertThat(again).isSameAs(addresses);
    }

    @Test
    void a_change_is_seen_at_once() {
        assertThat(eth0().isUp()).isTrue();
        node.ip("link set eth0 down\n");
        assertThat(eth0().isUp()).isFalse();
        node.ip("link set eth0 mtu 1400\n");
        assertThat(eth0().mtu()).isEqualTo(1400);
        node.ip("link set eth0 address 02:00:00:00:00:07\n");
        assertThat(eth0().mac()).hasToString("02:00:00:00:00:07");
    }

    @Test
    void an_address_that_comes_or_goes_is_seen_at_once() {
        assertThat(addresses()).containsExactly("192.168.2.11/24");
        node.ip("address add 192.168.2.12/24 dev eth0\n");
        assertThat(addresses()).containsExactly("192.168.2.11/24", "192.168.2.12/24");
        node.ip("address flush dev eth0\n");
        assertThat(addresses()).isEmpty();
        node.ip("address add fd00::11/64 dev eth0 nodad\n");
        List<LinkAddress> ofIpv6 = open(netlink -> netlink.addresses(Family.IPV6, eth(netlink)));
        assertThat(ofIpv6)
                .extracting(LinkAddress::prefix)
                .extracting(String::valueOf)
                .contains("fd00::11/64");
    }

    @Test
    void an_interface_that_is_not_there_yet_is_looked_for_each_time() {
        assertThat(find("mac0")).isNull();
        node.ip("link add mac0 link eth0 type macvlan mode bridge\n");
        assertThat(find("mac0")).isNotNull();
        node.ip("link delete mac0\n");
        assertThat(find("mac0")).isNull();
    }

    @Test
    void one_who_began_before_a_change_leaves_nothing_old_to_the_next() {
        var before = node.call(tables::open);
        node.ip("link set eth0 mtu 1400\n");
        assertThat(eth0().mtu()).isEqualTo(1400);
        node.ip("link set eth0 mtu 1300\n");
        assertThat(eth0().mtu()).isEqualTo(1300);
        assertThat(before.link("eth0")).isNotNull(); // of whichever moment
        before.close();
        node.ip("link set eth0 mtu 1200\n");
        assertThat(eth0().mtu()).isEqualTo(1200);
    }

    @Test
    void more_news_than_fit_are_a_change_too() {
        assertThat(eth0().mtu()).isEqualTo(1500);
        var lines = new StringBuilder();
        for (int at = 0; at < 400; at++) {
            lines.append("link set eth0 mtu ").append(1300 + at % 2).append('\n');
        }
        node.ip(lines.append("link set eth0 mtu 1234\n").toString());
        assertThat(eth0().mtu()).isEqualTo(1234);
    }
}
