package dev.routefix.lab.containerd;

import dev.routefix.lab.Node;
import dev.routefix.lab.Pod;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Background;
import dev.routefix.lab.run.CommandFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A pod that containerd runs and has attached to the node's first network by its own CNI calls. */
public final class PodContainer implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(30);
    /** What a container's process is called until the runtime lets it become what it is. */
    private static final String WAITING = "runc";

    private final Containerd containerd;
    private final String name;
    private final Background run;
    private final Netns netns;
    private final String address;

    private PodContainer(Containerd containerd, String name, Background run, Netns netns, String address) {
        this.containerd = containerd;
        this.name = name;
        this.run = run;
        this.netns = netns;
        this.address = address;
    }

    /**
     * Runs an image and waits for its network.
     *
     * @throws CommandFailed with what the runtime and the plugins said if the pod does not come up
     */
    public static PodContainer start(Containerd containerd, String name, String image) {
        Path pidFile = containerd.log(name).resolveSibling(name + ".pid");
        // In the foreground: such a ctr run calls DEL when the container has ended, a detached one never does.
        Background run = containerd
                .ctr("run", "--rm", "--null-io", "--cni", "--pid-file", pidFile.toString(), image, name)
                .start(containerd.log(name));
        // The runtime lets the container's own process go only after every plugin's ADD.
        try {
            run.await("is attached and runs", START, () -> started(pidFile));
        } catch (CommandFailed e) {
            containerd.remove(name);
            throw e;
        }
        Netns netns = Netns.at(Path.of("/proc", read(pidFile), "ns/net"));
        return new PodContainer(containerd, name, run, netns, address(netns));
    }

    private static boolean started(Path pidFile) {
        String pid = read(pidFile);
        String comm = pid.isEmpty() ? "" : NodeRoot.comm(Long.parseLong(pid));
        return !comm.isEmpty() && !comm.startsWith(WAITING);
    }

    private static String address(Netns netns) {
        return netns.show("-4", "address", "show", "dev", Pod.LINK)
                .path(0)
                .path("addr_info")
                .path(0)
                .path("local")
                .asText();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }

    public String name() {
        return name;
    }

    public Node node() {
        return containerd.node();
    }

    public Netns netns() {
        return netns;
    }

    public String address() {
        return address;
    }

    /** What the runtime said about it. */
    public String log() {
        return run.log();
    }

    /** Ends the container and waits until the runtime has taken it off the network. */
    public void stop() {
        containerd.ctr(List.of("tasks", "kill", "--signal", "SIGKILL", name)).attempt();
        run.exit(STOP);
        // ctr only logs a failed DEL; a kubelet would try it again and again.
        if (run.log().contains("level=error")) {
            throw new IllegalStateException("pod " + name + " could not be taken off its network: "
                    + run.log().strip());
        }
    }

    @Override
    public void close() {
        if (run.isAlive()) {
            stop();
        }
    }
}
