package dev.routefix.installer.config;

/** Who makes the pods' interfaces. */
public enum ChainKind implements Choice {
    /** Our plugin alone. */
    OWN("own"),
    /** The node's own {@code macvlan} plugin, with ours behind it. */
    REFERENCE("reference");

    private final String text;

    ChainKind(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
