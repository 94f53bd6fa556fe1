package dev.routefix.lab;

/** What became of one try to reach somebody. */
public sealed interface Reply {
    /** Someone answered: who, and the address at which it saw the caller. */
    record Answer(String by, String seenAs) implements Reply {}

    /** No answer, and why. */
    record Silence(String why) implements Reply {}
}
