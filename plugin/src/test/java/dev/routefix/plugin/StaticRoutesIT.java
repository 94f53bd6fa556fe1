package dev.routefix.plugin;

import static dev.routefix.plugin.LabNode.ip;
import static dev.routefix.plugin.LabNode.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.lab.cni.Attachment;
import org.junit.jupiter.api.Test;

/** Routes that IPAM or another plugin gave the pod besides its network's and the default. */
class StaticRoutesIT extends PodOnNode {

    private static final String IPAMS = "10.8.0.0/24 via 192.168.2.5";

    /** What macvlan leaves where IPAM has a static route. */
    private void ipam(String route, String entry) {
        inside.ip("route add " + route + "\n");
        ObjectNode result = pod.result().deepCopy();
        result.withArray("routes").add(json(new Answer(0, entry, "")));
        pod = new Attachment(pod.containerId(), pod.netns(), "eth0", result);
    }

    @Test
    void d6_a_static_route_of_IPAM_leads_through_the_gateway_and_the_node_follows_it() {
        lab.netns().ip("route add " + IPAMS + "\n");
        ipam(IPAMS, "{\"dst\":\"10.8.0.0/24\",\"gw\":\"192.168.2.5\"}");

        var answer = succeeds("ADD");

        assertThat(answer.log()).isEmpty();
        assertThat(ip(inside, "route show 10.8.0.0/24"))
                .containsExactly("10.8.0.0/24 via 169.254.1.1 dev eth0 proto 96 src " + pod.address());
        assertThat(json(answer).path("routes").toString()).contains("{\"dst\":\"10.8.0.0/24\",\"gw\":\"169.254.1.1\"}");
        assertThat(lab.netns()
                        .run("ip", "route", "get", "10.8.0.9", "from", pod.address(), "iif", "mac0")
                        .stdout())
                .contains("via 192.168.2.5 dev eth0");
        succeeds("CHECK");
        lab.macvlan().check(new Attachment(pod.containerId(), pod.netns(), "eth0", json(answer)));
    }

    @Test
    void d6_a_static_route_that_the_node_does_not_follow_is_told_with_the_cure() {
        ipam(IPAMS, "{\"dst\":\"10.8.0.0/24\",\"gw\":\"192.168.2.5\"}");

        var answer = succeeds("ADD");

        assertThat(answer.log().lines())
                .singleElement()
                .asString()
                .startsWith("route-fix ADD: the pod's route to 10.8.0.0/24 via 192.168.2.5")
                .contains("default via 192.168.2.1 dev eth0", "ip route add 10.8.0.0/24 via 192.168.2.5 dev eth0");
        assertThat(ip(inside, "route show 10.8.0.0/24")).hasSize(1);
    }

    @Test
    void d6_a_route_onto_the_LAN_itself_is_kept_and_told_unless_the_node_has_it_too() {
        ipam("10.1.0.0/16 dev eth0 scope link metric 50", "{\"dst\":\"10.1.0.0/16\",\"scope\":253,\"priority\":50}");

        var answer = succeeds("ADD");

        assertThat(answer.log()).contains("10.1.0.0/16", "ip route add 10.1.0.0/16 dev eth0");
        assertThat(ip(inside, "route show 10.1.0.0/16"))
                .containsExactly("10.1.0.0/16 via 169.254.1.1 dev eth0 proto 96 src " + pod.address() + " metric 50");
        assertThat(json(answer).path("routes").toString())
                .contains("{\"dst\":\"10.1.0.0/16\",\"gw\":\"169.254.1.1\",\"priority\":50}");
        lab.netns().ip("route add 10.1.0.0/16 dev eth0\n");
        inside.ip("route del 10.1.0.0/16 metric 50\n");
        fails("CHECK", 101).contains("10.1.0.0/16");
        assertThat(succeeds("ADD").log()).isEmpty();
        succeeds("CHECK");
    }

    @Test
    void d6_a_route_that_IPAM_only_spoke_of_is_made() {
        ObjectNode result = pod.result().deepCopy();
        result.withArray("routes").addObject().put("dst", "10.8.0.0/24").put("gw", "192.168.2.5");
        pod = new Attachment(pod.containerId(), pod.netns(), "eth0", result);
        assertThat(json(succeeds("ADD")).path("routes").toString())
                .contains("{\"dst\":\"10.8.0.0/24\",\"gw\":\"169.254.1.1\"}");
        assertThat(ip(inside, "route show 10.8.0.0/24")).hasSize(1);
    }

    @Test
    void d6_routes_of_other_interfaces_and_other_tables_stay_in_kernel_and_result() {
        inside.ip("""
                link add net5 type bridge
                link set net5 up
                address add 10.5.0.7/16 dev net5
                route add 10.6.0.0/16 via 10.5.0.1
                route add 10.7.0.0/16 via 192.168.2.5 table 100
                """);
        ObjectNode result = pod.result().deepCopy();
        var routes = result.withArray("routes");
        routes.addObject().put("dst", "10.6.0.0/16").put("gw", "10.5.0.1");
        routes.addObject().put("dst", "10.7.0.0/16").put("gw", "192.168.2.5").put("table", 100);
        pod = new Attachment(pod.containerId(), pod.netns(), "eth0", result);
        var theirs = ip(inside, "route show table all dev net5");

        var answer = succeeds("ADD");

        assertThat(ip(inside, "route show table all dev net5")).isEqualTo(theirs);
        assertThat(ip(inside, "route show table 100")).containsExactly("10.7.0.0/16 via 192.168.2.5 dev eth0");
        assertThat(ip(inside, "route show 10.7.0.0/16")).isEmpty();
        assertThat(json(answer).path("routes").toString())
                .contains(
                        "{\"dst\":\"10.6.0.0/16\",\"gw\":\"10.5.0.1\"}",
                        "{\"dst\":\"10.7.0.0/16\",\"gw\":\"192.168.2.5\",\"table\":100}");
        succeeds("CHECK");
    }

    @Test
    void d6_a_route_to_groups_stays_on_the_link() {
        inside.ip("route add 224.0.0.0/4 dev eth0\n");
        succeeds("ADD");
        assertThat(ip(inside, "route show 224.0.0.0/4")).containsExactly("224.0.0.0/4 dev eth0 scope link");
        succeeds("CHECK");
    }

    @Test
    void an_ADD_that_is_refused_gives_static_routes_back() {
        ipam(IPAMS, "{\"dst\":\"10.8.0.0/24\",\"gw\":\"192.168.2.5\"}");
        inside.ip("route add 10.1.0.0/16 dev eth0 scope link metric 50\n");
        routesBefore = ip(inside, "route");
        lab.netns().ip("rule add priority 7 to " + pod.address() + " prohibit\n");
        fails("ADD", 11).contains("rule 7", "prohibit");
        everything_is_as_before();
    }
}
