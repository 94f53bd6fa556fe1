package dev.routefix.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.routefix.netlink.Family;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.Prefix;
import dev.routefix.netlink.Route;
import dev.routefix.netlink.Scope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrevResultTest {

    private static final String SANDBOX = "/var/run/netns/cni-1";
    private static final IpAddress GATEWAY = IpAddress.parse("169.254.1.1");

    private static final String TWO_PODS_INTERFACES = """
            {"cniVersion":"1.0.0",
             "interfaces":[{"name":"eth0","mac":"02:00:00:00:00:01"},{"name":"net1","sandbox":"/var/run/netns/cni-1"},
                           {"name":"eth0","sandbox":"/var/run/netns/cni-1","futureKey":{"deep":[1,2.50]}}],
             "ips":[{"address":"10.0.0.7/8","interface":1},
                    {"address":"192.168.2.76/24","gateway":"192.168.2.1","interface":2},{"address":"fd00::76/64","interface":2}],
             "routes":[{"dst":"0.0.0.0/0","gw":"192.168.2.1"},{"dst":"::/0","gw":"fd00::1"},{"dst":"10.9.0.0/16","gw":"10.0.0.1"}],
             "dns":{"nameservers":["192.168.2.1"]}}""";

    @Test
    void finds_the_interface_by_name_and_sandbox_not_by_position() throws IOException {
        assertThat(prevResult(TWO_PODS_INTERFACES).addresses(Family.IPV4, "eth0", SANDBOX))
                .containsExactly(Prefix.parse("192.168.2.76/24"));
        assertThat(prevResult(TWO_PODS_INTERFACES).addresses(Family.IPV4, "net1", SANDBOX))
                .containsExactly(Prefix.parse("10.0.0.7/8"));
    }

    @Test
    void takes_an_address_without_interface_for_the_pods_own() throws IOException {
        assertThat(prevResult("{\"ips\":[{\"address\":\"192.168.2.76/24\"}]}").addresses(Family.IPV4, "eth0", SANDBOX))
                .containsExactly(Prefix.parse("192.168.2.76/24"));
    }

    @Test
    void refuses_addresses_of_an_interface_that_is_not_in_the_sandbox() throws IOException {
        var result = prevResult(TWO_PODS_INTERFACES);
        assertThatExceptionOfType(CniException.class)
                .isThrownBy(() -> result.addresses(Family.IPV4, "eth0", "/var/run/netns/other"))
                .withMessageContaining("eth0")
                .withMessageContaining("/var/run/netns/other");
    }

    @Test
    void survives_an_index_that_points_nowhere() throws IOException {
        var result = prevResult(
                "{\"interfaces\":[{\"name\":\"eth0\",\"sandbox\":\"" + SANDBOX
                        + "\"}],\"ips\":[{\"address\":\"192.168.2.76/24\",\"interface\":7},{\"address\":\"192.168.2.77/24\",\"interface\":-1}]}");
        assertThat(result.addresses(Family.IPV4, "eth0", SANDBOX)).isEmpty();
    }

    @Test
    void changes_routes_and_gateway_of_its_family_and_nothing_else() throws IOException {
        var result = prevResult(TWO_PODS_INTERFACES)
                .with(
                        Family.IPV4,
                        "eth0",
                        SANDBOX,
                        GATEWAY,
                        routes(),
                        (destination, gateway) -> destination.equals(Prefix.parse("10.9.0.0/16")));
        assertThat(Json.write(result)).isEqualTo("""
                        {"cniVersion":"1.0.0",
                         "interfaces":[{"name":"eth0","mac":"02:00:00:00:00:01"},{"name":"net1","sandbox":"/var/run/netns/cni-1"},
                                       {"name":"eth0","sandbox":"/var/run/netns/cni-1","futureKey":{"deep":[1,2.50]}}],
                         "ips":[{"address":"10.0.0.7/8","interface":1},
                                {"address":"192.168.2.76/24","gateway":"169.254.1.1","interface":2},{"address":"fd00::76/64","interface":2}],
                         "routes":[{"dst":"::/0","gw":"fd00::1"},{"dst":"10.9.0.0/16","gw":"10.0.0.1"},
                                   {"dst":"169.254.1.1/32"},{"dst":"0.0.0.0/0","gw":"169.254.1.1"},{"dst":"192.168.2.0/24","gw":"169.254.1.1"}],
                         "dns":{"nameservers":["192.168.2.1"]}}""".replaceAll("\\n *", ""));
    }

    @Test
    void says_the_scope_of_the_link_route_where_the_version_has_a_key_for_it() throws IOException {
        var result = PrevResult.of(
                        new JsonObject(json("{\"ips\":[]}"), "", ErrorCode.DECODING_FAILURE), SpecVersion.V1_1_0)
                .with(Family.IPV4, "eth0", SANDBOX, GATEWAY, routes(), (destination, gateway) -> false);
        assertThat(Json.write(result)).contains("{\"dst\":\"169.254.1.1/32\",\"scope\":253}");
    }

    @ParameterizedTest
    @EnumSource(SpecVersion.class)
    void answers_in_the_version_of_the_configuration(SpecVersion version) throws IOException {
        var ip = version.compareTo(SpecVersion.V1_0_0) < 0 ? "{\"version\":\"4\"," : "{";
        var result = PrevResult.of(
                new JsonObject(
                        json("{\"ips\":[" + ip + "\"address\":\"192.168.2.76/24\"}]}"), "", ErrorCode.DECODING_FAILURE),
                version);
        assertThat(Json.write(result.with(Family.IPV4, "eth0", SANDBOX, GATEWAY, List.of(), (d, g) -> false)))
                .isEqualTo("{\"ips\":[" + ip
                        + "\"address\":\"192.168.2.76/24\",\"gateway\":\"169.254.1.1\"}],\"cniVersion\":\""
                        + version.text + "\",\"routes\":[]}");
    }

    @Test
    void gives_DEL_the_addresses_of_the_interface_whatever_the_sandbox_was() throws IOException {
        assertThat(prevResult(TWO_PODS_INTERFACES).addresses(Family.IPV4, "eth0"))
                .containsExactly(IpAddress.parse("192.168.2.76"));
    }

    private static List<Route> routes() {
        return List.of(
                new Route(GATEWAY.host(), null, 2, null, Scope.LINK, Route.OURS, 0),
                new Route(Prefix.parse("0.0.0.0/0"), GATEWAY, 2, null, Scope.UNIVERSE, Route.OURS, 0),
                new Route(Prefix.parse("192.168.2.0/24"), GATEWAY, 2, null, Scope.UNIVERSE, Route.OURS, 0));
    }

    private static PrevResult prevResult(String text) throws IOException {
        return PrevResult.of(new JsonObject(json(text), "", ErrorCode.DECODING_FAILURE), SpecVersion.V1_0_0);
    }

    private static Map<String, @Nullable Object> json(String text) throws IOException {
        return Json.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
