package dev.routefix.dhcp.client;

import dev.routefix.cni.AttachmentId;
import dev.routefix.dhcp.AddressRequest;
import dev.routefix.dhcp.DhcpSettings;
import dev.routefix.dhcp.Granted;
import dev.routefix.dhcp.lease.Lease;
import dev.routefix.dhcp.lease.LeaseStore;
import dev.routefix.lab.Node;
import dev.routefix.lab.net.Netns;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A node whose pods' leases are kept, what was said of them, and what is on its disk. */
final class LeasedNode {

    /** A pod of a Deployment. */
    static final String ANYBODY = "web-6d4cf56db6-x2x7z";

    final List<String> told = Collections.synchronizedList(new ArrayList<>());
    final List<AttachmentId> expired = Collections.synchronizedList(new ArrayList<>());
    final List<AttachmentId> restored = Collections.synchronizedList(new ArrayList<>());

    private final Node node;
    private final Path state;

    LeasedNode(Node node, Path state) {
        this.node = node;
        this.state = state;
    }

    private final class Seen implements LeaseWatch {
        @Override
        public void expired(AttachmentId attachment, Granted what) {
            expired.add(attachment);
        }

        @Override
        public void restored(AttachmentId attachment, Granted what) {
            restored.add(attachment);
        }

        @Override
        public void tell(String sentence) {
            told.add(sentence);
        }
    }

    /** As the resident: the thread that starts it is in the node's namespace, and so is the one it starts. */
    Leases start(int ready) {
        return node.netns().call(() -> Leases.start(store(), new Seen(), "eth0", ready));
    }

    /** Makes the pod's interface. Servers answer a renewal to the pod's address, for which somebody must answer their ARP. */
    void plug(Netns pod, Granted given) {
        node.netns()
                .ip("link add pod0 link eth0 address " + given.mac() + " netns "
                        + pod.path().getFileName() + " type macvlan mode bridge\n");
        pod.ip("link set pod0 up\naddress add " + given.address() + " dev pod0\n");
    }

    LeaseStore store() {
        return new LeaseStore(state, told::add);
    }

    static AddressRequest request(String container, String pod) {
        return request(container, pod, Duration.ofSeconds(10));
    }

    static AddressRequest request(String container, String pod, Duration patience) {
        return new AddressRequest(id(container), "lan", "default", pod, "eth0", null, DhcpSettings.DEFAULT, patience);
    }

    static AttachmentId id(String container) {
        return new AttachmentId(container, "eth0");
    }

    Lease lease(String container) {
        var lease = store().find(id(container));
        if (lease == null) {
            throw new IllegalStateException("no lease of " + container);
        }
        return lease;
    }

    /** As if it had been given so many seconds earlier. */
    void makeOlder(String container, int seconds) {
        var lease = lease(container);
        store().save(lease.with(lease.terms(), lease.given().plus(-1000L * seconds)));
    }
}
