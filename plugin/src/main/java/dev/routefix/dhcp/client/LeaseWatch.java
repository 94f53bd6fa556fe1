package dev.routefix.dhcp.client;

import dev.routefix.cni.AttachmentId;
import dev.routefix.dhcp.Granted;

/** Who wants to know what becomes of pods' addresses. Called on the one thread that keeps all leases, so it must not wait long; what it throws is told and forgotten. */
public interface LeaseWatch {

    /** The lease has ended: the address must leave the pod. */
    void expired(AttachmentId attachment, Granted what);

    /** The server has given the same address again: it may come back. */
    void restored(AttachmentId attachment, Granted what);

    /** Something that a person should know, as one sentence. */
    void tell(String sentence);
}
