package dev.routefix.lab.console;

import java.io.Console;
import java.util.Optional;

/** Colours for a terminal (ECMA-48, select graphic rendition), or none. */
public record Ink(boolean coloured) {
    private static final String RESET = "\u001b[0m";

    /** Colours where standard output is a terminal and nobody asked for none (no-color.org). */
    public static Ink ofTerminal() {
        return new Ink(Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .isPresent()
                && System.getenv("NO_COLOR") == null);
    }

    public String good(String text) {
        return paint("\u001b[32m", text);
    }

    public String bad(String text) {
        return paint("\u001b[31m", text);
    }

    public String bold(String text) {
        return paint("\u001b[1m", text);
    }

    public String faint(String text) {
        return paint("\u001b[2m", text);
    }

    private String paint(String colour, String text) {
        return coloured ? colour + text + RESET : text;
    }
}
