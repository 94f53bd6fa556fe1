package dev.routefix.installer.config;

import java.util.List;

/** The environment is not usable. The message has every problem, one line each. */
public final class InvalidConfiguration extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidConfiguration(List<String> problems) {
        super(String.join("\n", problems));
    }
}
