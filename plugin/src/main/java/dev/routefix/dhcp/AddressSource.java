package dev.routefix.dhcp;

import dev.routefix.cni.AttachmentId;

/** Where a pod whose interface we make gets its hardware address and its IP address from, if not from an IPAM plugin: a DHCP server of the LAN. */
public interface AddressSource {

    /**
     * Gets an address for a pod, on disk before this returns; the same one again for an attachment that has one.
     *
     * @throws dev.routefix.cni.CniException code 11 if no server gave one within {@link AddressRequest#patience}, saying what was asked and heard
     */
    Granted acquire(AddressRequest request);

    /** The pod of that attachment is gone: its address is kept for it or given back, by what it is. Does nothing for one that has none; never fails. */
    void release(AttachmentId attachment);
}
