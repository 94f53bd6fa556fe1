package dev.routefix.installer.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A rule of iptables as a packet meets it.
 *
 * @param target the words after {@code -j} or {@code -g}; none where the rule only counts
 * @param leaves whether what comes back from the target has left this chain too ({@code -g}, {@code RETURN})
 */
record Meeting(Match match, List<String> target, boolean leaves) {

    static Meeting of(Rule rule, Packet packet) {
        var words = rule.words();
        var match = Match.YES;
        var module = "";
        boolean negated = false;
        for (int at = 0; at < words.size(); at++) {
            var word = words.get(at);
            if (word.equals("-j") || word.equals("-g")) {
                var target = words.subList(at + 1, words.size());
                return new Meeting(match, target, word.equals("-g") || target.equals(List.of("RETURN")));
            }
            if (word.equals("!")) {
                negated = true;
                continue;
            }
            if (word.startsWith("-")) {
                var value = at + 1 < words.size() ? words.get(at + 1) : "";
                module = word.equals("-m") ? value : module;
                var one = match(module, word, value, packet);
                match = match.and(negated ? one.negated() : one);
                // a text may look like an option
                at += word.equals("--comment") ? 1 : 0;
                negated = false;
            }
        }
        return new Meeting(match, List.of(), false);
    }

    /** Whether the rule is about every packet. */
    static boolean isAboutAll(Rule rule) {
        var words = new ArrayList<>(rule.words());
        int comment = words.indexOf("--comment");
        if (comment >= 2) {
            words.subList(comment - 2, comment + 2).clear();
        }
        return !words.isEmpty() && words.getFirst().equals("-j");
    }

    private static Match match(String module, String option, String value, Packet packet) {
        return switch (option) {
            case "-i" -> Match.of(isNamed(packet.in(), value));
            case "-o" -> Match.of(isNamed(packet.out(), value));
            case "--ctstate", "--state" ->
                Match.of(Arrays.stream(value.split(",", -1)).anyMatch(packet.states()::contains));
            // another module's is that of the connection
            case "--mark" -> module.equals("mark") ? mark(value, packet.mark()) : Match.MAYBE;
            case "-m", "--comment" -> Match.YES;
            default -> Match.MAYBE;
        };
    }

    /** A plus sign at its end stands for anything that follows. */
    static boolean isNamed(String link, String pattern) {
        return pattern.endsWith("+")
                ? link.startsWith(pattern.substring(0, pattern.length() - 1))
                : link.equals(pattern);
    }

    /** Bits that are not ours are not set, as far as we know. */
    private static Match mark(String value, int mark) {
        int slash = value.indexOf('/');
        try {
            long wanted = Long.decode(slash < 0 ? value : value.substring(0, slash));
            long mask = slash < 0 ? 0xffff_ffffL : Long.decode(value.substring(slash + 1));
            return Match.of((mark & mask) == wanted);
        } catch (NumberFormatException odd) {
            return Match.MAYBE;
        }
    }
}
