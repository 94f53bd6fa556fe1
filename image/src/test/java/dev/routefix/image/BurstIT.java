package dev.routefix.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.routefix.image.ProgramRun.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fifty pods at once while the resident comes or goes. A runtime retries error 11, after a DEL. Needs root. */
final class BurstIT {
    private static final int PODS = 50;
    private static final int TRY_AGAIN_LATER = 11;

    @TempDir
    private Path directory;

    private BareHost host;
    private List<BurstPod> pods = List.of();

    @BeforeEach
    void a_node_with_sandboxes() throws IOException {
        assertThat(System.getProperty("user.name")).as("these tests need root").isEqualTo("root");
        host = new BareHost(BuiltImage.unpackedFor(BurstIT.class), directory);
        pods = IntStream.range(0, PODS)
                .mapToObj(number -> BurstPod.make(host.ground(), number))
                .toList();
        host.start();
        host.awaitReady();
    }

    @AfterEach
    void gone() {
        pods.forEach(BurstPod::remove);
        host.close();
    }

    @Test
    void no_ADD_is_lost_when_the_resident_is_killed_in_their_midst() throws Exception {
        int refused = attachAll(1, () -> {
            host.freeze();
            host.awaitCallers(10);
            host.kill();
        });

        assertThat(refused).isPositive();
    }

    @Test
    void no_ADD_is_lost_when_the_resident_stops_in_their_midst() throws Exception {
        attachAll(10, host::stop);
    }

    @Test
    void no_ADD_is_lost_when_the_resident_starts_in_their_midst() throws Exception {
        host.stop();

        attachAll(5, host::start);

        host.awaitReady();
    }

    /**
     * ADD for all at once; {@code event} comes when so many are answered. In the end each is attached or refused, and those refused can be tried again.
     *
     * @return how many were refused
     */
    private int attachAll(int answered, Runnable event) throws Exception {
        var answers = new CountDownLatch(answered);
        var adds = new ArrayList<Future<Outcome>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (BurstPod pod : pods) {
                adds.add(threads.submit(() -> {
                    var outcome = host.call(pod.call("ADD")).run();
                    answers.countDown();
                    return outcome;
                }));
            }
            answers.await();
            event.run();
        }
        int refused = 0;
        for (int i = 0; i < PODS; i++) {
            Outcome outcome = adds.get(i).get();
            if (outcome.exitCode() != 0) {
                refused++;
                retry(pods.get(i), outcome);
            }
        }
        String node = node();
        assertThat(pods).allMatch(BurstPod::leadsToItsNode).allMatch(pod -> pod.isReachedBy(node));

        for (BurstPod pod : pods) {
            assertThat(host.call(pod.call("DEL")).run().exitCode()).isZero();
        }
        String after = node();
        assertThat(pods).noneMatch(pod -> pod.isKnownTo(after));
        try (var records = Files.list(host.root().resolve("run/route-fix/attachments"))) {
            assertThat(records).isEmpty();
        }
        return refused;
    }

    private void retry(BurstPod pod, Outcome refused) throws IOException {
        assertThat(JSON.std.mapFrom(refused.stdout()).get("code"))
                .as(refused.toString())
                .isEqualTo(TRY_AGAIN_LATER);
        assertThat(host.call(pod.call("DEL")).run().exitCode()).isZero();
        String node = node();
        assertThat(pod).matches(it -> !it.isKnownTo(node), "nothing is left of it");
        assertThat(host.call(pod.call("ADD")).run().exitCode()).isZero();
    }

    /** The node's routes and neighbours on mac0. */
    private String node() {
        return host.ground().onNode("ip", "route", "show", "dev", "mac0").succeed()
                + host.ground().onNode("ip", "neigh", "show", "dev", "mac0").succeed();
    }

    /** A sandbox as macvlan and an IPAM leave it. */
    private record BurstPod(int number, String netns) {

        static BurstPod make(TrainingGround ground, int number) {
            String netns = Path.of(ground.podPath()).getFileName() + "-" + number;
            var pod = new BurstPod(number, netns);
            ProgramRun.of("ip", "netns", "add", netns).succeed();
            ground.onNode("ip", "-batch", "-")
                    .given("""
                    link add link eth0 burst%1$d address %2$s type macvlan mode bridge
                    link set burst%1$d netns %3$s name eth0
                    """.formatted(number, pod.mac(), netns))
                    .succeed();
            ProgramRun.of("ip", "-n", netns, "-batch", "-")
                    .given("""
                    link set eth0 up
                    address add %s/24 dev eth0
                    route add default via 192.168.2.1
                    """.formatted(pod.address()))
                    .succeed();
            return pod;
        }

        void remove() {
            ProgramRun.of("ip", "netns", "delete", netns).run();
        }

        private String address() {
            return "192.168.2." + (100 + number);
        }

        private String mac() {
            return "02:00:00:00:01:%02x".formatted(number);
        }

        TrainingCall call(String verb) {
            var usual = TrainingCall.all("/run/netns/" + netns).stream()
                    .filter(call -> call.verb().equals(verb))
                    .findFirst()
                    .orElseThrow();
            var environment = new HashMap<>(usual.environment());
            environment.put("CNI_CONTAINERID", "burst-" + number);
            return new TrainingCall(
                    verb,
                    environment,
                    requireNonNull(usual.stdin())
                            .replace("192.168.2.76", address())
                            .replace("02:00:00:00:00:4c", mac()));
        }

        boolean leadsToItsNode() {
            String routes = ProgramRun.of("ip", "-n", netns, "route", "show").succeed();
            String neighbours = ProgramRun.of("ip", "-n", netns, "neigh", "show", "dev", "eth0")
                    .succeed();
            return routes.contains("default via 169.254.1.1 dev eth0")
                    && !routes.contains("proto kernel")
                    && neighbours.matches("(?s).*169\\.254\\.1\\.1 lladdr \\S+ PERMANENT.*");
        }

        boolean isReachedBy(String node) {
            return node.lines().anyMatch(line -> line.startsWith(address() + " ") && line.contains("src 192.168.2.11"))
                    && node.lines().anyMatch(line -> line.startsWith(address() + " lladdr " + mac() + " PERMANENT"));
        }

        boolean isKnownTo(String node) {
            return node.lines().anyMatch(line -> line.startsWith(address() + " "));
        }
    }
}
