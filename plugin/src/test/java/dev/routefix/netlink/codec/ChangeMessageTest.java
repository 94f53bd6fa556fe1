package dev.routefix.netlink.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.routefix.netlink.Change;
import dev.routefix.netlink.Change.AddRoute;
import dev.routefix.netlink.Change.CreateMacvlan;
import dev.routefix.netlink.Change.DeleteAddress;
import dev.routefix.netlink.Change.DeleteLink;
import dev.routefix.netlink.Change.DeleteNeighbour;
import dev.routefix.netlink.Change.DeletePolicyRule;
import dev.routefix.netlink.Change.DeleteRoute;
import dev.routefix.netlink.Change.PutAddress;
import dev.routefix.netlink.Change.PutNeighbour;
import dev.routefix.netlink.Change.PutPolicyRule;
import dev.routefix.netlink.Change.PutRoute;
import dev.routefix.netlink.Change.SeekNeighbour;
import dev.routefix.netlink.Change.SetFlags;
import dev.routefix.netlink.Change.SetMac;
import dev.routefix.netlink.Change.SetMtu;
import dev.routefix.netlink.Change.SetRouteLocalnet;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.PolicyRule;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.RouteQuestion;
import dev.routefix.netlink.Scope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every change, byte for byte as iproute2 asks for the same. */
final class ChangeMessageTest {

    private static final int ETH0 = 7;
    private static final int BR0 = 9;
    private static final IpAddress GATEWAY = IpAddress.parse("169.254.1.1");
    private static final IpAddress GATEWAY6 = IpAddress.parse("fd00::1");
    private static final IpAddress POD = IpAddress.parse("192.168.2.76");
    private static final MacAddress MAC = MacAddress.parse("02:fc:00:00:00:01");

    @Test
    void puts_a_link_scope_route_as_iproute2_does() {
        assertThat(encoded(new PutRoute(route("169.254.1.1/32", null, null, Scope.LINK, 0))))
                .isEqualTo(Golden.hex("put-link-scope-route"));
    }

    @Test
    void puts_a_default_route_as_iproute2_does() {
        assertThat(encoded(new PutRoute(route("0.0.0.0/0", GATEWAY, POD, Scope.UNIVERSE, 0))))
                .isEqualTo(Golden.hex("put-default-route"));
    }

    @Test
    void puts_a_route_with_a_metric_as_iproute2_does() {
        assertThat(encoded(new PutRoute(route("192.168.2.0/24", GATEWAY, POD, Scope.UNIVERSE, 100))))
                .isEqualTo(Golden.hex("put-route-with-metric"));
    }

    @Test
    void adds_a_route_to_a_table_behind_others_as_iproute2_does() {
        var route = new Route(
                Prefix.parse("10.8.0.0/24"),
                IpAddress.parse("192.168.2.1"),
                ETH0,
                null,
                Scope.UNIVERSE,
                Route.OURS,
                1,
                960_003);
        assertThat(encoded(new AddRoute(route))).isEqualTo(Golden.hex("append-route-in-table"));
    }

    @Test
    void puts_a_rule_as_iproute2_does() {
        var rule = PolicyRule.ours(IpAddress.parse("192.168.2.78"), 960_003);
        assertThat(encoded(new PutPolicyRule(rule))).isEqualTo(Golden.hex("put-rule"));
        assertThat(encoded(new DeletePolicyRule(rule)))
                .isEqualTo(Golden.hex("put-rule").replace("20 00 05 06", "21 00 05 00"));
        assertThat(encoded(new PutPolicyRule(PolicyRule.oursTowards(Prefix.parse("192.168.2.0/24"), 960_003))))
                .isEqualTo(Golden.hex("put-rule-towards"));
    }

    @Test
    void makes_no_rule_that_asks_for_more_than_source_and_destination() {
        var marked = new PolicyRule(
                POD.family(),
                900,
                PolicyRule.TO_TABLE,
                100,
                0,
                false,
                new PolicyRule.Selector(POD.host(), null, "", "", 1, -1, null, 0, 0, null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> encoded(new PutPolicyRule(marked)));
    }

    @Test
    void deletes_one_certain_route_as_iproute2_does() {
        assertThat(encoded(new DeleteRoute(route("192.168.2.0/24", GATEWAY, POD, Scope.UNIVERSE, 100))))
                .isEqualTo(Golden.hex("delete-route"));
    }

    @Test
    void puts_an_ipv6_route_as_iproute2_does() {
        assertThat(encoded(new PutRoute(route("fd01::/64", GATEWAY6, null, Scope.UNIVERSE, 512))))
                .isEqualTo(Golden.hex("put-ipv6-route"));
    }

    @Test
    void keeps_a_v4_mapped_route_ipv6() {
        assertThat(encoded(new PutRoute(route("::ffff:192.168.2.0/120", GATEWAY6, null, Scope.UNIVERSE, 0))))
                .isEqualTo(Golden.hex("put-v4-mapped-route"));
    }

    @Test
    void puts_an_ipv4_route_with_an_ipv6_gateway_as_iproute2_does() {
        assertThat(encoded(new PutRoute(route("10.0.0.0/8", IpAddress.parse("fe80::1"), null, Scope.UNIVERSE, 0))))
                .isEqualTo(Golden.hex("put-route-via-ipv6"));
    }

    @Test
    void puts_a_permanent_neighbour_as_iproute2_does() {
        assertThat(encoded(new PutNeighbour(Neighbour.permanent(ETH0, GATEWAY, MAC))))
                .isEqualTo(Golden.hex("put-permanent-neighbour"));
        assertThat(encoded(new PutNeighbour(Neighbour.permanent(ETH0, GATEWAY6, MAC))))
                .isEqualTo(Golden.hex("put-ipv6-neighbour"));
    }

    @Test
    void deletes_a_neighbour_as_iproute2_does() {
        assertThat(encoded(new DeleteNeighbour(new Neighbour(ETH0, GATEWAY, null, Neighbour.PERMANENT))))
                .isEqualTo(Golden.hex("delete-neighbour"));
    }

    @Test
    void seeks_a_neighbour_as_iproute2_does() {
        assertThat(encoded(new SeekNeighbour(ETH0, GATEWAY))).isEqualTo(Golden.hex("seek-neighbour"));
    }

    @Test
    void puts_an_address_as_iproute2_does() {
        assertThat(encoded(new PutAddress(new LinkAddress(ETH0, GATEWAY.host(), Scope.UNIVERSE))))
                .isEqualTo(Golden.hex("put-address"));
        assertThat(encoded(new PutAddress(new LinkAddress(BR0, Prefix.parse("fd00::1/64"), Scope.UNIVERSE))))
                .isEqualTo(Golden.hex("put-ipv6-address"));
    }

    @Test
    void deletes_an_address_as_iproute2_does() {
        assertThat(encoded(new DeleteAddress(new LinkAddress(ETH0, GATEWAY.host(), Scope.UNIVERSE))))
                .isEqualTo(Golden.hex("delete-address"));
    }

    @Test
    void creates_a_macvlan_without_arp_as_iproute2_does() {
        assertThat(encoded(new CreateMacvlan("mac0", ETH0, MAC, Link.NOARP, Link.NOARP)))
                .isEqualTo(Golden.hex("create-macvlan"));
    }

    @Test
    void sets_flags_as_iproute2_does() {
        assertThat(encoded(new SetFlags(ETH0, Link.UP, Link.UP))).isEqualTo(Golden.hex("set-up"));
        assertThat(encoded(new SetFlags(BR0, Link.NOARP, Link.NOARP | Link.UP)))
                .isEqualTo(Golden.hex("set-arp-off-and-down"));
    }

    @Test
    void sets_a_hardware_address_as_iproute2_does() {
        assertThat(encoded(new SetMac(BR0, MacAddress.parse("02:fc:00:00:00:02"))))
                .isEqualTo(Golden.hex("set-mac"));
    }

    @Test
    void sets_an_mtu_as_iproute2_does() {
        assertThat(encoded(new SetMtu(BR0, 9000))).isEqualTo(Golden.hex("set-mtu"));
    }

    /** There is no command of iproute2 for it; {@code linux/if_link.h} has the attributes and {@code linux/ip.h} the number. */
    @Test
    void lets_packets_of_the_loopback_pass_an_interface_or_not() {
        assertThat(encoded(new SetRouteLocalnet(9, true))).isEqualTo("""
                34 00 00 00 10 00 05 00 00 00 00 00 00 00 00 00 00 00 00 00 09 00 00 00 00 00 00 00 00 00 00 00 \
                14 00 1a 00 10 00 02 00 0c 00 01 00 08 00 1a 00 01 00 00 00""");
        assertThat(encoded(new SetRouteLocalnet(9, false))).endsWith("08 00 1a 00 00 00 00 00");
    }

    @Test
    void deletes_an_interface_as_iproute2_does() {
        assertThat(encoded(new DeleteLink(2))).isEqualTo(Golden.hex("delete-link"));
    }

    @Test
    void numbers_each_of_several_messages_and_pads_them_to_four_bytes() {
        ByteBuffer out = buffer();
        ChangeMessage.write(out, new CreateMacvlan("mac0", ETH0, MAC, 0, 0), 0, 41);
        ChangeMessage.write(out, new DeleteLink(2), NlMsg.NLM_F_ACK, 42);
        out.flip();

        NlMsg first = NlMsg.read(out);
        NlMsg second = NlMsg.read(out);

        assertThat(first.sequence()).isEqualTo(41);
        assertThat(first.flags() & NlMsg.NLM_F_ACK).isZero();
        assertThat(first.body().remaining() % 4).isZero();
        assertThat(second.sequence()).isEqualTo(42);
        assertThat(second.flags() & NlMsg.NLM_F_ACK).isNotZero();
        assertThat(out.hasRemaining()).isFalse();
    }

    @Test
    void asks_for_a_neighbour_or_a_route_as_iproute2_does() {
        ByteBuffer neighbour = buffer();
        NeighbourMessage.writeLookup(neighbour, ETH0, GATEWAY);
        ByteBuffer route = buffer();
        RouteMessage.writeLookup(route, GATEWAY);

        assertThat(Golden.hex(neighbour)).isEqualTo(Golden.hex("lookup-neighbour"));
        assertThat(Golden.hex(route)).isEqualTo(Golden.hex("lookup-route"));
    }

    @Test
    void asks_for_the_way_of_a_packet_as_iproute2_does() {
        var client = IpAddress.parse("192.168.2.50");
        var traits = new RouteQuestion.Traits(ETH0, 1, 1000, 0, 6, 80, 443);
        ByteBuffer arriving = buffer();
        RouteMessage.writeQuestion(arriving, RouteQuestion.arriving(ETH0, POD, client), 0);
        ByteBuffer sent = buffer();
        RouteMessage.writeQuestion(sent, new RouteQuestion(client, POD, 0, traits), 0);

        assertThat(Golden.hex(arriving)).isEqualTo(Golden.hex("ask-arriving"));
        assertThat(Golden.hex(sent)).isEqualTo(Golden.hex("ask-sent"));
    }

    @Test
    void asks_for_rules_and_for_the_number_of_a_namespace_as_iproute2_does() {
        ByteBuffer rules = buffer();
        PolicyRuleMessage.writeDump(rules, POD.family());
        ByteBuffer namespace = buffer();
        NamespaceMessage.writeLookup(namespace, 6);

        assertThat(Golden.hex(rules)).isEqualTo(Golden.hex("dump-rules"));
        assertThat(Golden.hex(namespace)).isEqualTo(Golden.hex("lookup-namespace"));
    }

    @Test
    void asks_for_addresses_as_iproute2_does() {
        ByteBuffer out = buffer();
        AddressMessage.writeDump(out, GATEWAY.family(), ETH0);

        assertThat(Golden.hex(out)).isEqualTo(Golden.hex("dump-addresses"));
    }

    @Test
    void asks_for_an_interface_as_iproute2_does_but_not_for_its_virtual_functions() {
        ByteBuffer out = buffer();
        LinkMessage.writeLookup(out, "nosuch");

        assertThat(Golden.hex(out)).isEqualTo(Golden.hex("lookup-link").replace("1d 00 09", "1d 00 08"));
    }

    @Test
    void asks_for_a_long_name_among_the_alternative_names() {
        ByteBuffer out = buffer();
        LinkMessage.writeLookup(out, "enp3s0f0np0with16");

        String altName = "16 00 35 00 " + HexFormat.ofDelimiter(" ").formatHex("enp3s0f0np0with16".getBytes(US_ASCII))
                + " 00 00 00";
        assertThat(Golden.hex(out)).endsWith(altName);
    }

    @Test
    void asks_for_routes_of_the_main_table_only() {
        ByteBuffer out = buffer();
        RouteMessage.writeDump(out, GATEWAY.family(), ETH0, Route.MAIN);
        out.flip();

        ByteBuffer body = NlMsg.read(out).body();
        RtMsg struct = RtMsg.read(body);
        var attrs = new NlAttrs(body);
        assertThat(struct.table()).isEqualTo(254);
        assertThat(attrs.next()).isTrue();
        assertThat(attrs.type()).isEqualTo(4);
        assertThat(attrs.number()).isEqualTo(ETH0);
        assertThat(attrs.next()).isFalse();
    }

    private static Route route(
            String destination, @Nullable IpAddress gateway, @Nullable IpAddress source, Scope scope, int metric) {
        return new Route(Prefix.parse(destination), gateway, ETH0, source, scope, Route.OURS, metric);
    }

    private static String encoded(Change change) {
        ByteBuffer out = buffer();
        ChangeMessage.write(out, change, NlMsg.NLM_F_ACK, 0);
        return Golden.hex(out);
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());
    }
}
