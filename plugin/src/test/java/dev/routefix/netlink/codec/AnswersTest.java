package dev.routefix.netlink.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Link;
import dev.routefix.netlink.LinkAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Neighbour;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.Scope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a real kernel answered, read back into values. */
final class AnswersTest {

    private static final int ETH0 = 7;
    private static final IpAddress GATEWAY = IpAddress.parse("169.254.1.1");
    private static final IpAddress POD = IpAddress.parse("192.168.2.76");

    @Test
    void reads_a_macvlan() {
        Link link = LinkMessage.read(Golden.message("link-macvlan").body());

        assertThat(link)
                .isEqualTo(new Link(
                        2,
                        "mac0",
                        ETH0,
                        0,
                        0x1082,
                        1500,
                        MacAddress.parse("02:fc:00:00:00:01"),
                        "macvlan",
                        Link.HERE,
                        Link.BRIDGE));
        assertThat(link.isNoArp()).isTrue();
        assertThat(link.isUp()).isFalse();
    }

    @Test
    void reads_a_bridge_port() {
        Link link = LinkMessage.read(Golden.message("link-bridge-port").body());

        assertThat(link.name()).isEqualTo("peer0");
        assertThat(link.kind()).isEqualTo("veth");
        assertThat(link.controller()).isEqualTo(9);
        assertThat(link.isUp()).isTrue();
    }

    @Test
    void reads_addresses() {
        assertThat(addresses("addresses"))
                .containsExactly(
                        new LinkAddress(ETH0, Prefix.parse("192.168.2.76/24"), Scope.UNIVERSE),
                        new LinkAddress(ETH0, Prefix.parse("169.254.1.1/32"), Scope.UNIVERSE));
    }

    @Test
    void reads_ipv6_addresses_which_have_no_local_attribute() {
        assertThat(addresses("ipv6-addresses"))
                .containsExactly(
                        new LinkAddress(ETH0, Prefix.parse("fd00::76/64"), Scope.UNIVERSE),
                        new LinkAddress(ETH0, Prefix.parse("fe80::ff:fe00:76/64"), Scope.LINK));
    }

    @Test
    void reads_unicast_routes_with_their_table_and_leaves_out_all_others() {
        assertThat(routes("routes"))
                .containsExactly(
                        new Route(
                                Prefix.parse("10.9.0.0/16"),
                                IpAddress.parse("192.168.2.1"),
                                ETH0,
                                null,
                                Scope.UNIVERSE,
                                Route.BOOT,
                                0,
                                300),
                        route("0.0.0.0/0", GATEWAY, POD, Scope.UNIVERSE, Route.OURS, 0),
                        route("10.0.0.0/8", IpAddress.parse("fe80::1"), null, Scope.UNIVERSE, Route.OURS, 0),
                        route("169.254.1.1/32", null, null, Scope.LINK, Route.OURS, 0),
                        route("192.168.2.0/24", null, POD, Scope.LINK, Route.KERNEL, 0),
                        route("192.168.2.0/24", GATEWAY, POD, Scope.UNIVERSE, Route.OURS, 100));
    }

    @Test
    void reads_a_v4_mapped_route_as_ipv6() {
        IpAddress gateway = IpAddress.parse("fd00::1");

        assertThat(routes("ipv6-routes"))
                .contains(
                        route("::ffff:192.168.2.0/120", gateway, null, Scope.UNIVERSE, Route.OURS, 1024),
                        route("fd01::/64", gateway, null, Scope.UNIVERSE, Route.OURS, 512));
    }

    @Test
    void reads_the_route_a_packet_would_meet() {
        assertThat(RouteMessage.read(Golden.message("found-route").body()))
                .isEqualTo(route("192.168.2.90/32", null, POD, Scope.LINK, Route.OURS, 0));
    }

    @Test
    void takes_an_address_of_the_machine_itself_for_no_route_although_the_kernel_says_main_table() {
        assertThat(RouteMessage.read(Golden.message("found-local-address").body()))
                .isNull();
    }

    @Test
    void reads_a_permanent_neighbour() {
        var expected = Neighbour.permanent(ETH0, GATEWAY, MacAddress.parse("02:fc:00:00:00:01"));

        assertThat(NeighbourMessage.read(Golden.message("found-neighbour").body()))
                .isEqualTo(expected);
    }

    @Test
    void reads_why_a_route_was_refused() {
        NlMsg message = Golden.message("refused-gateway");

        assertThat(message.type()).isEqualTo(NlMsg.NLMSG_ERROR);
        assertThat(NlMsgErr.ofError(message)).isEqualTo(new NlMsgErr(101, "Nexthop has invalid gateway", 0));
    }

    @Test
    void reads_why_a_route_was_refused_also_where_the_request_is_not_quoted() {
        NlMsg whole = Golden.message("refused-gateway");
        int capped = 0x100;
        ByteBuffer body = whole.body();
        ByteBuffer cut = ByteBuffer.allocate(20 + 32)
                .order(ByteOrder.nativeOrder())
                .put(body.slice(0, 20))
                .put(body.slice(body.limit() - 32, 32))
                .flip();

        NlMsgErr error = NlMsgErr.ofError(new NlMsg(whole.type(), whole.flags() | capped, 0, cut));

        assertThat(error.text()).isEqualTo("Nexthop has invalid gateway");
    }

    @Test
    void reads_an_error_without_words_and_an_acknowledgement() {
        assertThat(NlMsgErr.ofError(Golden.message("no-such-link"))).isEqualTo(new NlMsgErr(19, "", 0));
        assertThat(NlMsgErr.ofError(Golden.message("acknowledged"))).isEqualTo(new NlMsgErr(0, "", 0));
    }

    @Test
    void reads_how_a_dump_ended() {
        assertThat(NlMsgErr.ofDone(done(0)).errno()).isZero();
        assertThat(NlMsgErr.ofDone(done(-2)).errno()).isEqualTo(2);
    }

    private static NlMsg done(int status) {
        ByteBuffer body = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(0, status);
        return new NlMsg(NlMsg.NLMSG_DONE, 0, 0, body);
    }

    private static List<LinkAddress> addresses(String name) {
        var addresses = new ArrayList<LinkAddress>();
        ByteBuffer in = Golden.read(name);
        while (in.hasRemaining()) {
            addresses.add(AddressMessage.read(NlMsg.read(in).body()));
        }
        return addresses;
    }

    private static List<Route> routes(String name) {
        var routes = new ArrayList<Route>();
        ByteBuffer in = Golden.read(name);
        while (in.hasRemaining()) {
            NlMsg message = NlMsg.read(in);
            Route route = message.type() == NlMsg.NLMSG_DONE ? null : RouteMessage.read(message.body());
            if (route != null) {
                routes.add(route);
            }
        }
        return routes;
    }

    private static Route route(
            String destination,
            @Nullable IpAddress gateway,
            @Nullable IpAddress source,
            Scope scope,
            int protocol,
            int metric) {
        return new Route(Prefix.parse(destination), gateway, ETH0, source, scope, protocol, metric);
    }
}
