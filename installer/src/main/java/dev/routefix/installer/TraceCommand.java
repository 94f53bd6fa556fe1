package dev.routefix.installer;

import dev.routefix.installer.pods.NoSuchPod;
import dev.routefix.installer.trace.Trace;
import dev.routefix.relay.RelayAnswer;
import java.util.ArrayList;
import java.util.List;

/** {@code trace CLIENT TARGET[:PORT] [--json]}: 0 if the packet arrives and its answer comes back, 1 if it is lost, 2 if nobody here is concerned. */
final class TraceCommand {

    private static final String JSON = "--json";

    private TraceCommand() {}

    /** Follows a packet. */
    interface Follower {
        Trace follow(String client, String target, int port);
    }

    /** @param words behind the command */
    static RelayAnswer answer(List<String> words, Follower follower) {
        var names = new ArrayList<>(words);
        boolean json = names.remove(JSON);
        if (names.size() != 2) {
            return usage();
        }
        var target = names.getLast();
        int colon = target.lastIndexOf(':');
        try {
            int port = colon < 0 ? 0 : Integer.parseInt(target.substring(colon + 1));
            var trace = follower.follow(names.getFirst(), colon < 0 ? target : target.substring(0, colon), port);
            return new RelayAnswer(trace.arrives() ? 0 : 1, json ? trace.json() : trace.text(), "");
        } catch (NumberFormatException noPort) {
            return usage();
        } catch (NoSuchPod e) {
            return new RelayAnswer(2, "", "route-fix: " + e.getMessage() + "\n");
        }
    }

    private static RelayAnswer usage() {
        return new RelayAnswer(2, "", "route-fix: usage: ctl " + CtlCommand.TRACE.usage + "\n");
    }
}
