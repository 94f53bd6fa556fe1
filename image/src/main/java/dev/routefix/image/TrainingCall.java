package dev.routefix.image;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One CNI call for a pod of the {@link TrainingGround}, as a container runtime makes it. */
record TrainingCall(String verb, Map<String, String> environment, String stdin) {

    /** Every verb for a pod whose interface another plugin has made, in an order in which they all succeed. */
    static List<TrainingCall> all(String pod) {
        return Stream.of("VERSION", "STATUS", "ADD", "CHECK", "DEL", "GC")
                .map(verb -> call(verb, "training", pod, "eth0", "", chained(pod)))
                .toList();
    }

    /**
     * A sandbox that is empty gets all it needs, and gives it back: its {@code lo}, and a network with an address from the DHCP server, once under a name
     * that comes again and once under a generated one.
     */
    static List<TrainingCall> whole(String sandbox) {
        return Stream.of("web-0", "web-6d4cf56db6-x7k2p")
                .flatMap(name -> Stream.of(
                        call("ADD", name, sandbox, "lo", "", LOOPBACK),
                        call("ADD", name, sandbox, "eth0", name, OWN),
                        call("DEL", name, sandbox, "eth0", name, OWN),
                        call("DEL", name, sandbox, "lo", "", LOOPBACK)))
                .toList();
    }

    private static final String LOOPBACK = """
            {"cniVersion": "0.3.1", "name": "cni-loopback", "type": "loopback"}
            """;

    private static final String OWN = """
            {"cniVersion": "1.0.0", "name": "training", "type": "route-fix",
             "hostInterface": "mac0", "gateway": "169.254.1.1", "master": "eth0", "ipam": {"type": "dhcp"}}
            """;

    /** Whether it is for the plugin that brings a sandbox's {@code lo} up. */
    boolean isLoopback() {
        return stdin.equals(LOOPBACK);
    }

    private static TrainingCall call(
            String verb, String containerId, String sandbox, String interfaceName, String pod, String stdin) {
        return new TrainingCall(
                verb,
                Map.of(
                        "CNI_COMMAND", verb,
                        "CNI_CONTAINERID", containerId,
                        "CNI_NETNS", sandbox,
                        "CNI_IFNAME", interfaceName,
                        "CNI_ARGS", "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=" + pod,
                        "CNI_PATH", "/opt/cni/bin"),
                stdin);
    }

    private static String chained(String pod) {
        return """
            {"cniVersion": "1.1.0", "name": "training", "type": "route-fix",
             "hostInterface": "mac0", "gateway": "169.254.1.1", "master": "eth0",
             "cni.dev/valid-attachments": [], "cni.dev/attachments": [],
             "prevResult": {"cniVersion": "1.1.0",
              "interfaces": [{"name": "eth0", "mac": "02:00:00:00:00:4c", "sandbox": "%s"}],
              "ips": [{"address": "192.168.2.76/24", "gateway": "192.168.2.1", "interface": 0}],
              "routes": [{"dst": "0.0.0.0/0", "gw": "192.168.2.1"}], "dns": {}}}
            """.formatted(pod);
    }
}
