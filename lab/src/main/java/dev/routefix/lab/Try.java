package dev.routefix.lab;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One try of a {@link Flow}.
 *
 * @param call makes it, once
 * @param good whether an answer is the right one; silence never is
 */
public record Try(Supplier<Reply> call, Predicate<Reply.Answer> good) {

    /** Makes all tries of all flows at once; how many of each went well, in the order of the flows. */
    public static List<Flow> measure(Map<String, List<Try>> flows) {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<String, List<Future<String>>> outcomes = new LinkedHashMap<>();
            flows.forEach((name, tries) -> outcomes.put(
                    name,
                    tries.stream().map(t -> executor.submit(() -> outcome(t))).toList()));
            return outcomes.entrySet().stream()
                    .map(entry -> flow(entry.getKey(), entry.getValue()))
                    .toList();
        }
    }

    /** Nothing if the try went well, else why not. */
    private static String outcome(Try attempt) {
        return switch (attempt.call().get()) {
            case Reply.Answer answer when attempt.good().test(answer) -> "";
            case Reply.Answer answer -> "answered by " + answer.by() + " which saw " + answer.seenAs();
            case Reply.Silence silence -> silence.why();
        };
    }

    private static Flow flow(String name, List<Future<String>> outcomes) {
        List<String> failures =
                outcomes.stream().map(Try::get).filter(text -> !text.isEmpty()).toList();
        String detail = failures.stream()
                .collect(Collectors.groupingBy(Function.identity(), LinkedHashMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(entry -> entry.getValue() + " x " + entry.getKey())
                .collect(Collectors.joining(", "));
        return new Flow(name, outcomes.size() - failures.size(), outcomes.size(), detail);
    }

    private static String get(Future<String> outcome) {
        try {
            return outcome.get();
        } catch (ExecutionException e) {
            return String.valueOf(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
