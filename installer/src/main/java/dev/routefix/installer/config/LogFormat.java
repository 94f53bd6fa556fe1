package dev.routefix.installer.config;

/** What a line of the log looks like. */
public enum LogFormat implements Choice {
    TEXT("text"),
    JSON("json");

    private final String text;

    LogFormat(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
