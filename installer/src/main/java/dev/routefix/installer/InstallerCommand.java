package dev.routefix.installer;

import org.jspecify.annotations.Nullable;

/** What the appliance can be told to do. */
enum InstallerCommand {
    INSTALL("install", "put everything on this node, once"),
    RUN("run", "install, then keep it so until SIGTERM"),
    UNINSTALL("uninstall", "take everything off this node"),
    RETIRE("retire", "on a node that is given up: wait for the last pod, then take everything off"),
    STATUS("status", "show each thing, wanted and found; exit code 1 if something is wrong"),
    TRACE("trace", "draw the way of a packet there and back: CLIENT TARGET[:PORT]"),
    DOCTOR("doctor", "say what is wrong with the node, or with a pod of it; exit code 1 if something is");

    final String word;
    final String meaning;

    InstallerCommand(String word, String meaning) {
        this.word = word;
        this.meaning = meaning;
    }

    /** The command on the command line, or null if it is none of ours. */
    static @Nullable InstallerCommand of(String[] arguments) {
        for (var command : values()) {
            boolean fits = arguments.length == 1 || (arguments.length > 1 && (command == DOCTOR || command == TRACE));
            if (fits && command.word.equals(arguments[0])) {
                return command;
            }
        }
        return null;
    }
}
