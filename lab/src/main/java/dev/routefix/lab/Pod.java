package dev.routefix.lab;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.routefix.lab.cni.Attachment;
import dev.routefix.lab.cni.CniChain;
import dev.routefix.lab.cni.CniFailure;
import dev.routefix.lab.net.Netns;
import dev.routefix.lab.run.Run;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pod: a namespace attached to its node's network, in which a server answers TCP and UDP on port {@value #PORT}
 * with the pod's name and its peer's address.
 */
public final class Pod implements AutoCloseable {
    public static final int PORT = 8080;
    /** The name of a pod's interface, as Kubernetes gives it. */
    public static final String LINK = "eth0";

    private final String name;
    private final Node node;
    private final Netns netns;
    private final String address;
    private final Server server;
    private final @Nullable CniChain chain;
    private final @Nullable Attachment attachment;

    private Pod(
            String name,
            Node node,
            Netns netns,
            String address,
            @Nullable CniChain chain,
            @Nullable Attachment attachment) {
        this.name = name;
        this.node = node;
        this.netns = netns;
        this.address = address;
        this.chain = chain;
        this.attachment = attachment;
        this.server = Server.start(netns, name, PORT);
    }

    /** Makes a namespace and attaches it by the chain. What a failed ADD did is undone by DEL, as a runtime does. */
    public static Pod attach(String name, Node node, CniChain chain) {
        Netns netns = Netns.create(name);
        String containerId = Run.current().name(name);
        try {
            netns.ip("link set lo up\n");
            Attachment attachment = chain.add(containerId, netns.path(), LINK);
            return new Pod(name, node, netns, attachment.address(), chain, attachment);
        } catch (RuntimeException e) {
            undo(chain, new Attachment(containerId, netns.path().toString(), LINK, MissingNode.getInstance()), e);
            netns.close();
            throw e;
        }
    }

    private static void undo(CniChain chain, Attachment attachment, RuntimeException cause) {
        try {
            chain.del(attachment);
        } catch (CniFailure e) {
            cause.addSuppressed(e);
        }
    }

    /** A pod that somebody else started; closing it only ends the server in it. */
    public static Pod found(String name, Node node, Netns netns, String address) {
        return new Pod(name, node, netns, address, null, null);
    }

    public String name() {
        return name;
    }

    public Node node() {
        return node;
    }

    public Netns netns() {
        return netns;
    }

    public String address() {
        return address;
    }

    /** How it was attached; nothing for one that was {@link #found}. */
    public Optional<Attachment> attachment() {
        return Optional.ofNullable(attachment);
    }

    @Override
    public void close() {
        server.close();
        try {
            if (chain != null && attachment != null) {
                chain.del(attachment);
            }
        } finally {
            netns.close();
        }
    }
}
