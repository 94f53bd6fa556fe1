package dev.routefix.installer;

import dev.routefix.installer.config.Nearest;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** What {@code ctl} can ask the resident. */
enum CtlCommand {
    READY("ready", "whether a pod could be attached now, and if not, why"),
    LIVE("live", "whether the process makes progress"),
    STATUS("status", "each thing of the node, wanted and found"),
    DOCTOR("doctor [POD] [--json]", "what is wrong with the node or with a pod, why, and what cures it"),
    TRACE("trace CLIENT TARGET[:PORT] [--json]", "the way of a packet there and back, and where it is lost"),
    CHECK(
            "check [ADDRESS...] [--json]",
            "try the flows from this node, also to those addresses of other nodes and pods"),
    BUNDLE("bundle", "a tar archive for a report of a fault, on stdout, without secrets"),
    UNINSTALL("uninstall", "take everything off this node, with the last pod");

    final String usage;
    final String meaning;

    CtlCommand(String usage, String meaning) {
        this.usage = usage;
        this.meaning = meaning;
    }

    private String word() {
        int end = usage.indexOf(' ');
        return end < 0 ? usage : usage.substring(0, end);
    }

    /** The command that the word is, or null if it is none. */
    static @Nullable CtlCommand of(String word) {
        for (var command : values()) {
            if (command.word().equals(word)) {
                return command;
            }
        }
        return null;
    }

    /** What to say to one who asked for something else. */
    static String usage(String word) {
        var words = new ArrayList<String>();
        var lines = new StringBuilder();
        for (var command : values()) {
            words.add(command.word());
            lines.append("  ctl ")
                    .append(command.usage)
                    .append("  ")
                    .append(command.meaning)
                    .append('\n');
        }
        var nearest = Nearest.to(word, words);
        return "route-fix: \"" + word + "\" is no command"
                + (nearest == null ? "; use one of\n" : ", did you mean " + nearest + "? There are\n") + lines;
    }
}
