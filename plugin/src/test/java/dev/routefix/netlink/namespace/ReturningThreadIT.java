package dev.routefix.netlink.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.netlink.NetlinkException;
import dev.routefix.netlink.sys.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One thread, many namespaces: it must never begin a piece of work in another's. */
final class ReturningThreadIT {

    private final List<String> begun = new ArrayList<>();
    private final List<String> met = new ArrayList<>();

    @Test
    void begins_every_piece_of_work_at_home_whatever_became_of_the_one_before() throws Exception {
        try (var one = new TestNamespace();
                var other = new TestNamespace();
                var home = NetworkNamespace.ofThisThread()) {
            var paths = List.of(one.path(), other.path(), Path.of("/proc/self/ns/mnt"), Path.of("/nosuch"));
            run(home, () -> {
                for (int i = 0; i < 40; i++) {
                    begun.add(here());
                    visit(paths.get(i % paths.size()), i % 3 == 0);
                    assertThat(me().comesHome()).isTrue();
                }
            });
        }
        assertThat(begun).hasSize(40).containsOnly(here());
        assertThat(met).doesNotContain(here());
        assertThat(met.stream().distinct()).hasSize(2);
    }

    @Test
    void works_where_it_is_led_without_another_thread() throws Exception {
        var threads = new ArrayList<Thread>();
        try (var namespace = new TestNamespace();
                var home = NetworkNamespace.ofThisThread()) {
            run(home, () -> {
                threads.add(Thread.currentThread());
                threads.add(Namespace.inside(namespace.path(), (_, _) -> Thread.currentThread()));
            });
        }
        assertThat(threads.getFirst()).isSameAs(threads.getLast());
    }

    @Test
    void goes_there_and_back_where_more_is_to_be_done_at_home() throws Exception {
        var threads = new ArrayList<Thread>();
        try (var one = new TestNamespace();
                var other = new TestNamespace();
                var home = NetworkNamespace.ofThisThread()) {
            run(home, () -> {
                threads.add(Namespace.visit(one.path(), (_, _) -> Thread.currentThread()));
                begun.add(here());
                threads.add(Thread.currentThread());
                Namespace.<Integer>inside(one.path(), (_, _) -> {
                    met.add(here());
                    threads.add(Namespace.visit(other.path(), (_, _) -> Thread.currentThread()));
                    met.add(here());
                    return 0;
                });
            });
        }
        assertThat(begun).containsExactly(here());
        assertThat(threads.get(0)).isSameAs(threads.get(1));
        assertThat(threads.get(2)).as("while it is away").isNotSameAs(threads.get(1));
        assertThat(met.getFirst()).isEqualTo(met.getLast()).isNotEqualTo(here());
    }

    @Test
    void says_that_it_cannot_come_home_and_stays_at_home_where_it_never_left() throws Exception {
        var answers = new ArrayList<Boolean>();
        try (var namespace = new TestNamespace()) {
            var home = NetworkNamespace.ofThisThread();
            home.close();
            run(home, () -> {
                answers.add(me().comesHome());
                visit(namespace.path(), false);
                answers.add(me().comesHome());
                answers.add(me().comesHome());
            });
        }
        assertThat(answers).containsExactly(true, false, false);
    }

    private void visit(Path path, boolean failing) {
        try {
            Namespace.<Integer>inside(path, (_, _) -> {
                met.add(here());
                if (failing) {
                    throw new IllegalStateException("as asked");
                }
                return 0;
            });
        } catch (NetlinkException | IllegalStateException e) {
            // what became of it is not the question
        }
    }

    private static void run(NetworkNamespace home, Runnable work) throws InterruptedException {
        var failures = new ArrayList<Throwable>();
        var thread = new ReturningThread("returning", home, work);
        thread.setUncaughtExceptionHandler((_, failure) -> failures.add(failure));
        thread.start();
        thread.join();
        assertThat(failures).isEmpty();
    }

    private static ReturningThread me() {
        return (ReturningThread) Thread.currentThread();
    }

    private static String here() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
