package dev.routefix.installer.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.installer.TestPod;
import dev.routefix.lab.Caller;
import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.Reply;
import dev.routefix.lab.cni.CniChain;
import dev.routefix.lab.cni.CniFailure;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Output;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Faults that are more than one blow: what pods, the runtime and the kubelet do meanwhile belongs to them. */
final class Scenes {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int TRY_AGAIN_LATER = 11;
    private static final int AT_ONCE = 50;
    private static final int FIRST_ADDRESS = 150;

    private Scenes() {}

    /** The old pod's network namespace is gone, its DEL comes after the new pod's ADD. */
    static void addressReused(Site site) {
        var chain = withStaticAddress(site, site.lan().prefix().host(FIRST_ADDRESS));
        var old = Pod.attach("old", site.node(), chain);
        old.netns().close();
        try (var fresh = Pod.attach("fresh", site.node(), chain)) {
            old.close();

            answers(site.netns(), fresh);
            chain.check(fresh.attachment().orElseThrow());
        }
    }

    private static CniChain withStaticAddress(Site site, String address) {
        var conflist = Conflist.read(site.host().conflist());
        var changed = Conflist.of(conflist.cniVersion(), conflist.name());
        for (ObjectNode plugin : conflist.plugins()) {
            var copy = plugin.deepCopy();
            if (copy.has("ipam")) {
                var ipam = copy.putObject("ipam").put("type", "static");
                ipam.putArray("addresses")
                        .addObject()
                        .put("address", address + "/" + site.lan().prefix().length());
            }
            changed = changed.then(copy);
        }
        return site.node().chain(changed, List.of(site.host().binDir(), Node.REFERENCE_PLUGINS));
    }

    static void killedWhileIdle(Site site) {
        site.kill();
        podsComeAndGo(site);
        site.start();
    }

    static void stopped(Site site) {
        site.stop();
        podsComeAndGo(site);
        site.start();
    }

    /** By the runtime on the host, as nobody listens on the socket. */
    private static void podsComeAndGo(Site site) {
        var pod = site.pod("meanwhile");
        answers(site.netns(), pod);
        site.chain().check(pod.attachment().orElseThrow());
        site.delete("meanwhile");
    }

    static void reboot(Site site) throws IOException {
        site.pod("old");
        site.kill();
        site.lose("old");
        site.host().reboot();

        var refusal = catchThrowableOfType(CniFailure.class, () -> Pod.attach("early", site.node(), site.chain()));
        assertThat(refusal.plugin()).isEqualTo("route-fix");
        assertThat(refusal.code()).isEqualTo(TRY_AGAIN_LATER);

        site.start();
        podIsServed(site, "late");
    }

    static void parentRecreated(Site site) {
        site.pod("old");
        site.lan().unplug(site.node().host());
        await(site, "MASTER_IFACE eth0 does not exist on this node");
        site.lan().plug(site.node().host());
        await(site, "create mac0");
        await(site, "it has no interface eth0, delete it to have it made anew");
        site.delete("old");
        podIsServed(site, "late");
    }

    private static void podIsServed(Site site, String name) {
        var pod = site.pod(name);
        answers(site.netns(), pod);
        answers(site.lan().client().netns(), pod);
        site.delete(name);
    }

    /** Each ADD ends as a success that is one, or as error 11, after which the runtime's DEL leaves nothing and its next ADD succeeds. */
    static void killedAtWork(Site site) {
        var pods = IntStream.range(0, AT_ONCE)
                .mapToObj(i -> new TestPod(
                        site.host(), "burst-" + i, site.lan().prefix().host(FIRST_ADDRESS + i)))
                .toList();
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            var answers = new ArrayList<Future<Output>>();
            pods.forEach(pod -> answers.add(threads.submit(() -> pod.call("ADD").attempt())));
            Poll.until(
                    "the first is answered", Site.SOON, () -> answers.stream().anyMatch(Future::isDone));
            assertThat(answers).as("ADDs to come").anyMatch(answer -> !answer.isDone());
            site.kill();
            site.start();
            for (int i = 0; i < AT_ONCE; i++) {
                judge(pods.get(i), get(answers.get(i)));
            }
            pods.forEach(pod -> pod.call("DEL").run());
            assertThat(pods).noneMatch(TestPod::isReachable);
        } finally {
            pods.forEach(TestPod::close);
        }
    }

    private static void judge(TestPod pod, Output answer) {
        if (!answer.ok()) {
            assertThat(answer.stdout()).contains("\"code\":" + TRY_AGAIN_LATER + ",");
            pod.call("DEL").run();
            assertThat(pod.isReachable()).isFalse();
            pod.call("ADD").run();
        }
        assertThat(pod.isReachable()).isTrue();
        pod.call("CHECK").run();
    }

    private static Output get(Future<Output> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void await(Site site, String line) {
        Poll.until("the log says " + line, Site.SOON, () -> site.page().contains(line));
    }

    private static void answers(Netns from, Pod pod) {
        assertThat(Caller.in(from, PATIENCE).tcp(pod.address(), Pod.PORT))
                .isInstanceOfSatisfying(
                        Reply.Answer.class, answer -> assertThat(answer.by()).isEqualTo(pod.name()));
    }
}
