package dev.routefix.image;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One CNI call for the pod of the {@link TrainingGround}, as a container runtime makes it. */
record TrainingCall(String verb, Map<String, String> environment, String stdin) {

    /** Every verb, in an order in which they all succeed. */
    static List<TrainingCall> all(String pod) {
        return Stream.of("VERSION", "STATUS", "ADD", "CHECK", "DEL", "GC")
                .map(verb -> new TrainingCall(
                        verb,
                        Map.of(
                                "CNI_COMMAND", verb,
                                "CNI_CONTAINERID", "training",
                                "CNI_NETNS", pod,
                                "CNI_IFNAME", "eth0",
                                "CNI_PATH", "/opt/cni/bin"),
                        configuration(pod)))
                .toList();
    }

    private static String configuration(String pod) {
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
