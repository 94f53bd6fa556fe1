package dev.routefix.installer;

import dev.routefix.installer.check.FlowReport;
import dev.routefix.netlink.IpAddress;
import dev.routefix.relay.RelayAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** {@code check [ADDRESS...] [--json]}: 0 if every flow works, 1 if one does not, 2 if a word is no address. */
final class CheckCommand {

    private static final String JSON = "--json";

    private CheckCommand() {}

    /**
     * Answers.
     *
     * @param words behind the command
     * @param check tries the flows; entered by a thread of its own, which stays in the node's network namespace
     */
    static RelayAnswer answer(List<String> words, Function<List<IpAddress>, FlowReport> check) {
        var names = new ArrayList<>(words);
        boolean json = names.remove(JSON);
        var others = new ArrayList<IpAddress>();
        for (var name : names) {
            try {
                others.add(IpAddress.parse(name));
            } catch (IllegalArgumentException e) {
                return new RelayAnswer(
                        2, "", "route-fix: " + e.getMessage() + "; usage: ctl " + CtlCommand.CHECK.usage + "\n");
            }
        }
        var report = new CompletableFuture<FlowReport>();
        Thread.ofPlatform().name("check").daemon().start(() -> {
            try {
                report.complete(check.apply(others));
            } catch (RuntimeException e) {
                report.completeExceptionally(e);
            }
        });
        try {
            var flows = report.join();
            return new RelayAnswer(flows.works() ? 0 : 1, json ? flows.json() : flows.text(), "");
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
