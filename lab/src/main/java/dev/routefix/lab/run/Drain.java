package dev.routefix.lab.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Reads what a process writes while it runs, so that a full pipe never stops it. */
final class Drain {
    /** How long after its end a process's last words are waited for; only a daemon that inherited the pipe keeps it open. */
    private static final Duration REST = Duration.ofSeconds(1);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Thread thread;

    private Drain(InputStream stream) {
        thread = Thread.ofPlatform().daemon().name("drain").unstarted(() -> {
            try (stream) {
                stream.transferTo(bytes);
            } catch (IOException e) {
                // The pipe broke: there is no more to read.
            }
        });
    }

    static Drain of(InputStream stream) {
        Drain drain = new Drain(stream);
        drain.thread.start();
        return drain;
    }

    /** Everything that was written, or by then was written. */
    String text() throws InterruptedException {
        thread.join(REST);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
