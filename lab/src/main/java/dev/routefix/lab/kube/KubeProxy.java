package dev.routefix.lab.kube;

import dev.routefix.lab.net.Netns;
import java.util.List;

/**
 * A node's kube-proxy, as far as iptables knows it, together with the chains its kubelet makes. It writes when it is told to, what
 * the real ones write and where they write it: jumps that are missing are put first into the built-in chains.
 */
public final class KubeProxy {
    /** The kubelet's chains (pkg/kubelet/kubelet_network_linux.go): the hint tells others which iptables is the system's. */
    private static final String KUBELET = """
            *mangle
            :KUBE-IPTABLES-HINT - [0:0]
            :KUBE-KUBELET-CANARY - [0:0]
            :KUBE-PROXY-CANARY - [0:0]
            COMMIT
            *nat
            :KUBE-KUBELET-CANARY - [0:0]
            :KUBE-PROXY-CANARY - [0:0]
            :KUBE-MARK-DROP - [0:0]
            -A KUBE-MARK-DROP -j MARK --or-mark 0x8000
            COMMIT
            *filter
            :KUBE-KUBELET-CANARY - [0:0]
            :KUBE-PROXY-CANARY - [0:0]
            :KUBE-FIREWALL - [0:0]
            -A KUBE-FIREWALL -m comment --comment "kubernetes firewall for dropping marked packets" -m mark --mark 0x8000/0x8000 -j DROP
            -A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP
            COMMIT
            """;

    private final Netns netns;
    private final String node;
    private final Options options;

    /** Which of the kernel's two rule sets is written (iptables-nft or iptables-legacy). */
    public enum Backend {
        NFT("iptables-nft"),
        LEGACY("iptables-legacy");

        private final String command;

        Backend(String command) {
            this.command = command;
        }

        /** The program's name; {@code -save} and {@code -restore} may follow. */
        public String command() {
            return command;
        }
    }

    /** What differs between clusters. {@code clusterCidr} is kube-proxy's {@code --cluster-cidr}, or empty. */
    public record Options(Dialect dialect, Backend backend, String clusterCidr, boolean forwardDrop) {
        /** A current kube-proxy over nftables; the LAN lies outside the cluster's own addresses. */
        public static final Options DEFAULT = new Options(Dialect.EXT, Backend.NFT, "10.42.0.0/16", false);

        public Options dialect(Dialect other) {
            return new Options(other, backend, clusterCidr, forwardDrop);
        }

        public Options backend(Backend other) {
            return new Options(dialect, other, clusterCidr, forwardDrop);
        }

        public Options clusterCidr(String other) {
            return new Options(dialect, backend, other, forwardDrop);
        }

        /** With the FORWARD chain's policy DROP, as Docker leaves it. */
        public Options forwardDrop(boolean drop) {
            return new Options(dialect, backend, clusterCidr, drop);
        }
    }

    private KubeProxy(Netns netns, String node, Options options) {
        this.netns = netns;
        this.node = node;
        this.options = options;
    }

    public static KubeProxy on(Netns netns, String node, Options options) {
        return new KubeProxy(netns, node, options);
    }

    /** Writes everything for this Service and its endpoints, whatever was there before. */
    public void sync(LoadBalancer service, List<Endpoint> endpoints) {
        String rules = KubeRules.of(options.dialect(), options.clusterCidr(), node, service, endpoints);
        restore(KUBELET + rules + missingJumps());
    }

    /** What iptables-save says now. */
    public String save() {
        return netns.run(options.backend().command() + "-save").stdout();
    }

    private void restore(String text) {
        netns.command(options.backend().command() + "-restore", "--noflush", "--wait", "10")
                .stdin(text)
                .run();
    }

    private String missingJumps() {
        List<String> present = save().lines().toList();
        StringBuilder text = new StringBuilder();
        for (String table : List.of("filter", "nat")) {
            text.append('*').append(table).append('\n');
            if (table.equals("filter")) {
                text.append(":FORWARD ")
                        .append(options.forwardDrop() ? "DROP" : "ACCEPT")
                        .append(" [0:0]\n");
            }
            List<String> rules = within(present, table);
            Jump.all(options.dialect()).stream()
                    .filter(jump -> jump.table().equals(table))
                    .filter(jump -> rules.stream().noneMatch(jump::is))
                    .forEach(jump -> text.append(jump.insertion()).append('\n'));
            text.append("COMMIT\n");
        }
        return text.toString();
    }

    private static List<String> within(List<String> save, String table) {
        int start = save.indexOf("*" + table);
        return start < 0
                ? List.of()
                : save.stream()
                        .skip(start)
                        .takeWhile(line -> !line.equals("COMMIT"))
                        .toList();
    }
}
