package dev.routefix.lab.soak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.routefix.lab.Pod;
import dev.routefix.lab.bench.Container;
import dev.routefix.lab.bench.EmptyPod;
import dev.routefix.lab.bench.Plugin;
import dev.routefix.lab.bench.Sandbox;
import dev.routefix.lab.containerd.NodeRoot;
import dev.routefix.lab.net.Spawner;
import dev.routefix.lab.net.Spawner.Prepared;
import dev.routefix.lab.run.Run;
import java.nio.file.Path;

/** What one pod after the other lives in, and what its network is made from. */
sealed interface Body extends AutoCloseable {
    String name();

    Container container();

    /** Our plugin as it is configured for it. */
    Plugin configured(Plugin plugin);

    /** What plugins before ours have answered; missing where there are none. */
    JsonNode prevResult();

    /** The name of an interface of which ADD must be refused as a wrong configuration. */
    String refused();

    /** What plugins before ours would have answered for that one. */
    JsonNode refusedResult();

    /** Whether DEL has taken away what the next ADD would stumble over, if not at once then in a moment. */
    boolean isDetached();

    /** After DEL, so that the next ADD has everything to do. */
    void renew();

    /** The namespace goes while the network is there. */
    void die();

    /** It is there again after {@link #die}. */
    void recreate();

    @Override
    void close();

    /** One whose interface and address other plugins have made before ours is called. */
    final class Chained implements Body {
        private static final String MISSING = "eth9";

        private final NodeRoot root;
        private final Sandbox sandbox;
        private final Spawner spawner;
        private final Prepared reset;

        Chained(NodeRoot root, Sandbox sandbox) {
            this.root = root;
            this.sandbox = sandbox;
            this.spawner = Spawner.in(root.namespaces());
            Path directory = Run.current().directory("reset");
            this.reset = Prepared.of(sandbox.resetting(directory));
        }

        @Override
        public String name() {
            return sandbox.name();
        }

        @Override
        public Container container() {
            return sandbox.container();
        }

        @Override
        public Plugin configured(Plugin plugin) {
            return plugin.chained();
        }

        @Override
        public JsonNode prevResult() {
            return sandbox.prevResult();
        }

        /** One that is not there. */
        @Override
        public String refused() {
            return MISSING;
        }

        @Override
        public JsonNode refusedResult() {
            ObjectNode result = sandbox.prevResult();
            result.withArray("interfaces").forEach(each -> ((ObjectNode) each).put("name", MISSING));
            return result;
        }

        /** Nothing does that here. */
        @Override
        public boolean isDetached() {
            return true;
        }

        /** Makes of it what macvlan left. */
        @Override
        public void renew() {
            int exit = spawner.run(reset).exits().getFirst();
            if (exit != 0) {
                throw new IllegalStateException("cannot reset " + sandbox.name() + ": "
                        + reset.job().out() + reset.job().err());
            }
            sandbox.resetSettings();
        }

        @Override
        public void die() {
            sandbox.remove(root);
        }

        @Override
        public void recreate() {
            sandbox.recreate(root);
        }

        @Override
        public void close() {
            reset.close();
            spawner.close();
        }
    }

    /** One whose whole network our plugin makes. */
    record Whole(NodeRoot root, EmptyPod pod, String podName) implements Body {
        private static final String LOOPBACK = "lo";

        @Override
        public String name() {
            return podName;
        }

        @Override
        public Container container() {
            return pod.container(pod.name()).named(podName);
        }

        @Override
        public Plugin configured(Plugin plugin) {
            return plugin;
        }

        @Override
        public JsonNode prevResult() {
            return MissingNode.getInstance();
        }

        /** One that is there already. */
        @Override
        public String refused() {
            return LOOPBACK;
        }

        @Override
        public JsonNode refusedResult() {
            return prevResult();
        }

        @Override
        public boolean isDetached() {
            return pod.isDetachedSoon();
        }

        /** DEL took everything away. */
        @Override
        public void renew() {
            pod.awaitDetached();
        }

        @Override
        public void die() {
            pod.netns().ip("link delete " + Pod.LINK + "\n");
            pod.remove(root);
        }

        @Override
        public void recreate() {
            pod.recreate(root);
        }

        @Override
        public void close() {
            // Nothing of it is open.
        }
    }
}
