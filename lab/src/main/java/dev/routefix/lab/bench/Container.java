package dev.routefix.lab.bench;

import dev.routefix.lab.run.Run;
import java.util.HashMap;
import java.util.Map;

/**
 * What a runtime tells a plugin of the container it calls it for.
 *
 * @param id unique on the node
 * @param netns the path of its network namespace, as the runtime gives it
 * @param args the value of {@code CNI_ARGS}; empty for none
 */
public record Container(String id, String netns, String args) {
    public Container(String id, String netns) {
        this(id, netns, "");
    }

    /** The same for a pod of this name, as a kubelet's runtime says it. */
    public Container named(String pod) {
        return new Container(
                id,
                netns,
                "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=" + pod + ";K8S_POD_INFRA_CONTAINER_ID=" + id);
    }

    /** The environment of a plugin (CNI specification, section 2). */
    Map<String, String> environment(String verb, String ifname, String path) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "CNI_COMMAND",
                verb,
                "CNI_CONTAINERID",
                id,
                "CNI_NETNS",
                netns,
                "CNI_IFNAME",
                ifname,
                "CNI_PATH",
                path,
                "PATH",
                "/usr/sbin:/usr/bin:/sbin:/bin",
                Run.MARK,
                Run.current().id()));
        if (!args.isEmpty()) {
            environment.put("CNI_ARGS", args);
        }
        return environment;
    }
}
