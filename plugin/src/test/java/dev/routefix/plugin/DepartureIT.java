package dev.routefix.plugin;

import static dev.routefix.plugin.LabNode.ip;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.routefix.cni.CniException;
import dev.routefix.cni.CniRequest;
import dev.routefix.cni.ErrorCode;
import dev.routefix.netlink.namespace.Namespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** DEL of a process that stays: the caller has his answer before the kernel has finished with the interface. */
class DepartureIT extends EmptyPod {

    private final List<Runnable> afterwards = new ArrayList<>();
    private final List<String> log = new ArrayList<>();

    @BeforeEach
    void stays() {
        lab.stays();
    }

    private void delete() {
        var environment = new HashMap<>(env);
        environment.put("CNI_COMMAND", "DEL");
        assertThat(lab.call(environment, conf, afterwards::add, log::add)).isEqualTo(new Answer(0, "", ""));
    }

    private void finish() {
        afterwards.forEach(Runnable::run);
        afterwards.clear();
    }

    @Test
    void the_answer_comes_when_the_node_has_forgotten_the_pod_and_before_its_interface_is_gone() {
        ipam(STATIC);
        add();
        delete();
        assertThat(ip(lab.netns(), "route show proto 96")).isEmpty();
        assertThat(ip(lab.netns(), "neigh show nud permanent")).isEmpty();
        assertThat(run.resolve("attachments")).isEmptyDirectory();
        assertThat(ip(inside, "-o link")).hasSize(2);
        finish();
        nothing_is_left();
        assertThat(log).isEmpty();
    }

    private static boolean isSomebodyWaiting() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getClassName().equals(Departures.class.getName()));
    }

    @Test
    void an_ADD_in_the_same_place_waits_for_it() throws Exception {
        ipam(STATIC);
        succeeds("ADD");
        delete();
        var adding = Thread.ofPlatform().start(() -> succeeds("ADD"));
        while (!isSomebodyWaiting() && adding.isAlive()) {
            Thread.sleep(10);
        }
        finish();
        adding.join();
        assertThat(ip(lab.netns(), "route show dev mac0")).hasSize(1);
        assertThat(ip(inside, "-4 -o address show eth0")).hasSize(1);
    }

    @Test
    void an_ADD_whose_interface_goes_meanwhile_is_to_be_tried_again() {
        ipam(STATIC);
        env.put("CNI_COMMAND", "ADD");
        var request = CniRequest.parse(env, conf.toString().getBytes(StandardCharsets.UTF_8));
        var given = new AddressGiver.Given(null, 0, Map.of());
        assertThatIllegalStateException()
                .isThrownBy(() -> lab.netns().call(() -> {
                    try (var node = Namespace.own()) {
                        return Namespace.visit(
                                inside.path(),
                                (kernel, sysctls) -> new PodInterface(request, inside.path(), kernel, sysctls, node)
                                        .make(given, requireNonNull(node.link("eth0")), _ -> {
                                            inside.ip("link delete eth0\n");
                                            throw new CniException(ErrorCode.INVALID_CONFIG, "no way to the router");
                                        }));
                    }
                }))
                .havingCause()
                .withMessageContaining("eth0 was deleted while it was being made")
                .isInstanceOfSatisfying(
                        CniException.class, e -> assertThat(e.number()).isEqualTo(11));
        nothing_is_left();
    }

    @Test
    void a_process_that_died_in_between_has_left_what_the_next_DEL_finds() {
        ipam(STATIC);
        add();
        delete();
        lab.stays(); // another process
        succeeds("DEL");
        nothing_is_left();
    }

    @Test
    void GC_finds_it_too() {
        ipam("{\"type\":\"static\",\"addresses\":[{\"address\":\"192.168.2.76/24\"}]}");
        conf.put("cniVersion", "1.1.0");
        add();
        delete();
        lab.stays(); // another process
        conf.putArray("cni.dev/valid-attachments");
        succeeds("GC");
        assertThat(run.resolve("made")).isEmptyDirectory();
    }

    @Test
    void addresses_are_given_back_before_the_answer() throws IOException {
        script("mine", "[ $CNI_COMMAND != ADD ] || echo '{\"ips\":[{\"address\":\"192.168.2.76/24\"}]}'");
        ipam("{\"type\":\"mine\"}");
        add();
        delete();
        assertThat(verbs()).isEqualTo("ADD DEL");
        finish();
        nothing_is_left();
    }

    @Test
    void what_fails_after_the_answer_is_in_the_log() throws IOException {
        ipam(STATIC);
        add();
        delete();
        var made = run.resolve("made/" + env.get("CNI_CONTAINERID") + "@eth0");
        Files.delete(made);
        Files.createDirectories(made.resolve("in-the-way"));
        finish();
        assertThat(log).singleElement().asString().contains("left something behind", "made/");
    }
}
