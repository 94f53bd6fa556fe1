package dev.routefix.installer.config;

/** What {@code uninstall} takes away. */
public enum UninstallPolicy implements Choice {
    WHEN_EMPTY("when-empty"),
    FORCE("force"),
    NEVER("never");

    private final String text;

    UninstallPolicy(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
