package dev.routefix.lifecycle;

/** What a node is to us. */
public enum Phase {
    /** Looked after; pods are taken. */
    KEPT("kept"),
    /** Given up while sandboxes of ours are there: they keep what they depend on, and no pod is taken. */
    RETIRING("retiring"),
    /** Given up, and nobody needs anything any more: everything is being taken away, again and again until it is done. */
    LEAVING("leaving"),
    /** Nothing of ours is on it, this state included. */
    GONE("gone");

    /** As it is written down and told. */
    public final String text;

    Phase(String text) {
        this.text = text;
    }

    /** Whether a pod may be attached, as far as it is for us to say. */
    public boolean takesPods() {
        return this == KEPT || this == GONE;
    }
}
