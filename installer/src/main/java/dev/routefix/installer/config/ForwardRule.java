package dev.routefix.installer.config;

/** What is forwarded although it comes from a pod and the node's other rules might drop it. */
public enum ForwardRule implements Choice {
    ACCEPT("accept"),
    INVALID_ONLY("invalid-only"),
    NONE("none");

    private final String text;

    ForwardRule(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
