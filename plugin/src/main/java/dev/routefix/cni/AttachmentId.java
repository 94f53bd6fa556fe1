package dev.routefix.cni;

/** What identifies an attachment to the runtime and to us: one interface of one container (SPEC section 2, "attachment"). */
public record AttachmentId(String containerId, String ifname) {

    @Override
    public String toString() {
        // '@' cannot occur in a container id, so this can be read back
        return containerId + "@" + ifname;
    }
}
