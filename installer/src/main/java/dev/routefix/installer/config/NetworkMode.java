package dev.routefix.installer.config;

/** Whose network it is. */
public enum NetworkMode implements Choice {
    /** Every pod's of the node. */
    NODE("node"),
    /** Only of pods that choose it: their RuntimeClass names a handler of the container runtime that has networks of its own. */
    RUNTIME_CLASS("runtime-class");

    private final String text;

    NetworkMode(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
