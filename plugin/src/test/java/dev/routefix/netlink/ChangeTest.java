package dev.routefix.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Errors begin with these texts. */
final class ChangeTest {

    private static final IpAddress GATEWAY = IpAddress.parse("169.254.1.1");
    private static final MacAddress MAC = MacAddress.parse("02:fc:00:00:00:01");
    private static final Route ROUTE = new Route(
            Prefix.parse("10.0.0.0/8"), GATEWAY, 3, IpAddress.parse("10.1.2.3"), Scope.UNIVERSE, Route.OURS, 100);
    private static final Neighbour NEIGHBOUR = Neighbour.permanent(3, GATEWAY, MAC);
    private static final LinkAddress ADDRESS = new LinkAddress(3, GATEWAY.host(), Scope.UNIVERSE);

    @Test
    void says_what_is_done_to_a_route() {
        String route = "route 10.0.0.0/8 via 169.254.1.1 dev #3 src 10.1.2.3 metric 100";
        assertThat(new Change.PutRoute(ROUTE)).hasToString("add " + route);
        assertThat(new Change.DeleteRoute(ROUTE)).hasToString("delete " + route);
    }

    @Test
    void says_what_is_done_to_a_neighbour() {
        String neighbour = "neighbour 169.254.1.1 dev #3 lladdr 02:fc:00:00:00:01 permanent";
        assertThat(new Change.PutNeighbour(NEIGHBOUR)).hasToString("set " + neighbour);
        assertThat(new Change.DeleteNeighbour(NEIGHBOUR)).hasToString("delete " + neighbour);
        assertThat(new Change.SeekNeighbour(3, GATEWAY)).hasToString("seek neighbour 169.254.1.1 dev #3");
    }

    @Test
    void says_what_is_done_to_an_address() {
        assertThat(new Change.PutAddress(ADDRESS)).hasToString("add address 169.254.1.1/32 dev #3");
        assertThat(new Change.DeleteAddress(ADDRESS)).hasToString("delete address 169.254.1.1/32 dev #3");
    }

    @Test
    void says_what_is_done_to_an_interface() {
        assertThat(new Change.CreateMacvlan("mac0", 3, MAC, Link.NOARP, Link.NOARP))
                .hasToString("create macvlan mac0 on #3");
        assertThat(new Change.SetFlags(3, Link.UP, Link.UP | Link.NOARP)).hasToString("set flags 0x1 of 0x81 on #3");
        assertThat(new Change.SetMac(3, MAC)).hasToString("set address 02:fc:00:00:00:01 of #3");
        assertThat(new Change.DeleteLink(3)).hasToString("delete interface #3");
    }
}
