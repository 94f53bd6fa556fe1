package dev.routefix.installer.config;

/** How much the log tells, from the least to the most. */
public enum LogLevel implements Choice {
    ERROR("error"),
    WARN("warn"),
    INFO("info"),
    DEBUG("debug");

    private final String text;

    LogLevel(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
