package dev.routefix.installer.config;

import java.util.List;

/** The environment is not usable; every problem is in it, one line each. */
public final class InvalidConfiguration extends Exception {

    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    public InvalidConfiguration(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
