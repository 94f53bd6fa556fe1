package dev.routefix.lab.demo;

/**
 * The way of a connection to the load balancer as an SVG: the LAN, the client, a node and its pod, the request and the reply.
 * Its colours are those of the page around it, by class.
 */
final class Drawing {
    /** Reply straight onto the LAN, past the node. */
    private static final String PAST = "M585,166 V300 H122 V318";
    /** Reply through the node, which puts the load balancer's address back. */
    private static final String THROUGH = "M480,148 H304 V300 H122 V318";

    private static final String MAC0 = """
              <rect class="ours" x="374" y="70" width="90" height="96" rx="6"/>
              <text class="name" x="419" y="92">mac0</text>
              <text class="small" x="419" y="107">169.254.1.1</text>
            """;

    private Drawing() {}

    static String before(Report report) {
        return draw("Before: the pod's reply goes past the node", "wrong", report, report.before(), "", PAST, "✗");
    }

    static String after(Report report) {
        return draw(
                "After: the pod's reply goes through the node", "right", report, report.after(), MAC0, THROUGH, "✓");
    }

    private static String draw(
            String title, String kind, Report report, Phase phase, String ours, String reply, String mark) {
        Handshake handshake = phase.handshake();
        String from = handshake.synAckFrom().isEmpty() ? "no reply" : "SYN ACK from " + handshake.synAckFrom();
        return """
            <svg viewBox="0 0 650 400" role="img" aria-label="%1$s">
              <defs>
                <marker id="%2$s-request" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="5" markerHeight="5" orient="auto"><path class="request-tip" d="M0,0 8,4 0,8z"/></marker>
                <marker id="%2$s-reply" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="5" markerHeight="5" orient="auto"><path class="%2$s-tip" d="M0,0 8,4 0,8z"/></marker>
              </defs>
              <rect class="node" x="198" y="20" width="432" height="232" rx="12"/>
              <text class="name left" x="214" y="46">node n1</text>
              <line class="lan" x1="20" y1="291" x2="630" y2="291"/>
              <text class="small" x="440" y="284">LAN 192.168.2.0/24</text>
              <text class="label request-label" x="104" y="273">SYN to %4$s</text>
              <line class="wire" x1="570" y1="166" x2="570" y2="291"/>
              <text class="small" x="520" y="208">macvlan</text>
              <rect class="box" x="30" y="320" width="160" height="58" rx="8"/>
              <text class="name" x="110" y="346">client</text>
              <text class="small" x="110" y="364">%3$s</text>
              <rect class="box" x="468" y="320" width="160" height="58" rx="8"/>
              <text class="name" x="548" y="346">router</text>
              <text class="small" x="548" y="364">DHCP</text>
              <line class="wire" x1="548" y1="320" x2="548" y2="291"/>
              <rect class="box" x="212" y="212" width="122" height="40" rx="6"/>
              <text class="name left" x="222" y="237">eth0</text>
              <line class="wire" x1="290" y1="252" x2="290" y2="291"/>
              <rect class="box" x="212" y="70" width="146" height="96" rx="6"/>
              <text class="name" x="285" y="92">kube-proxy</text>
              <text class="small" x="285" y="107">%4$s ⇄ pod</text>
              <rect class="box pod" x="480" y="70" width="130" height="96" rx="8"/>
              <text class="name" x="545" y="94">pod</text>
              <text class="small" x="545" y="110">%5$s</text>
            %6$s  <path class="flow request" d="M96,320 V282 H276 V124 H474" marker-end="url(#%2$s-request)"/>
              <path class="flow %2$s" d="%7$s" marker-end="url(#%2$s-reply)"/>
              <text class="label %2$s-label" x="205" y="322">%8$s %9$s</text>
            </svg>
            """.formatted(title, kind, report.client(), report.balancer(), handshake.pod(), ours, reply, mark, from);
    }
}
