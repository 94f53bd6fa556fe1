package dev.routefix.hostport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.nftables.Element;
import dev.routefix.netlink.nftables.NatTable;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HostPortPlanTest {

    private static final Element WEB = element(80, 1);
    private static final Element WEB_OF_ANOTHER = element(80, 2);
    private static final Element DNS = element(53, 1);

    @Test
    void a_node_without_such_pods_has_no_table() {
        assertThat(plan(List.of(), null)).isEqualTo(new HostPortPlan(HostPortPlan.Step.LEAVE, List.of(), List.of()));
        assertThat(plan(List.of(), found(WEB)))
                .isEqualTo(new HostPortPlan(HostPortPlan.Step.REMOVE, List.of(WEB), List.of()));
    }

    @Test
    void the_first_one_makes_it() {
        assertThat(plan(List.of(WEB), null))
                .isEqualTo(new HostPortPlan(HostPortPlan.Step.MAKE, List.of(), List.of(WEB)));
    }

    @Test
    void a_table_that_says_what_is_wanted_is_left_alone_in_whatever_order() {
        assertThat(plan(List.of(WEB, DNS), found(DNS, WEB)).step()).isEqualTo(HostPortPlan.Step.LEAVE);
    }

    @Test
    void only_what_differs_is_changed() {
        assertThat(plan(List.of(WEB_OF_ANOTHER, DNS), found(WEB, DNS)))
                .isEqualTo(new HostPortPlan(HostPortPlan.Step.CHANGE, List.of(WEB), List.of(WEB_OF_ANOTHER)));
    }

    @Test
    void one_whose_rules_somebody_has_touched_is_made_anew() {
        var rules = HostPortTable.TABLE.rules();
        var fewer = new NatTable.TableContent(rules.subList(1, rules.size()), List.of(WEB));

        assertThat(plan(List.of(WEB), fewer))
                .isEqualTo(new HostPortPlan(HostPortPlan.Step.MAKE, List.of(), List.of(WEB)));
    }

    private static HostPortPlan plan(List<Element> wanted, NatTable.@Nullable TableContent found) {
        return HostPortPlan.of(HostPortTable.TABLE, wanted, found);
    }

    private static NatTable.TableContent found(Element... elements) {
        return new NatTable.TableContent(HostPortTable.TABLE.rules(), List.of(elements));
    }

    private static Element element(int port, int pod) {
        return new Element(
                "of-any", ByteBuffer.wrap(new byte[] {(byte) port}), ByteBuffer.wrap(new byte[] {(byte) pod}));
    }
}
