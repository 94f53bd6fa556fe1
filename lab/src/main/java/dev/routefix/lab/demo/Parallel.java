package dev.routefix.lab.demo;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** The same work on several things at once. */
final class Parallel {
    private Parallel() {}

    /** The results in the order of the things; the first failure is thrown after all have ended. */
    static <T, R> List<R> map(List<T> things, Function<T, R> work) {
        List<Future<R>> futures;
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            futures = things.stream()
                    .map(thing -> threads.submit(() -> work.apply(thing)))
                    .toList();
        }
        return futures.stream().map(Parallel::get).toList();
    }

    private static <R> R get(Future<R> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
