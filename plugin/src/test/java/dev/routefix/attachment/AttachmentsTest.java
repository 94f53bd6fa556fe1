package dev.routefix.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.cni.AttachmentId;
import dev.routefix.netlink.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttachmentsTest {

    private static final IpAddress ADDRESS = IpAddress.parse("192.168.2.76");
    private static final AttachmentId OLD = new AttachmentId("old", "eth0");
    private static final AttachmentId NEW = new AttachmentId("new", "eth0");

    @TempDir
    Path run;

    private Attachments attachments;

    @BeforeEach
    void open() {
        attachments = new Attachments(run.resolve("route-fix"));
    }

    @Test
    void finds_again_what_it_saved() {
        attachments.save(attachment(OLD));
        assertThat(attachments.find(OLD)).isEqualTo(attachment(OLD));
        assertThat(attachments.all()).containsExactly(attachment(OLD));
        assertThat(attachments.find(NEW)).isNull();
    }

    @Test
    void knows_nothing_before_anything_was_saved() {
        assertThat(attachments.find(OLD)).isNull();
        assertThat(attachments.all()).isEmpty();
        assertThat(attachments.mayTakeAway(ADDRESS, OLD)).isTrue();
    }

    @Test
    void lets_only_the_newest_attachment_take_an_address_away() {
        attachments.save(attachment(OLD));
        attachments.save(attachment(NEW));
        assertThat(attachments.mayTakeAway(ADDRESS, OLD)).isFalse();
        attachments.forget(OLD, List.of(ADDRESS));
        assertThat(attachments.find(OLD)).isNull();
        assertThat(attachments.mayTakeAway(ADDRESS, NEW)).isTrue();
        assertThat(attachments.mayTakeAway(ADDRESS, OLD)).isFalse();
    }

    @Test
    void leaves_no_file_after_the_last_one() throws IOException {
        attachments.save(attachment(OLD));
        attachments.forget(OLD, List.of(ADDRESS));
        attachments.forget(OLD, List.of(ADDRESS));
        try (var files = Files.walk(run)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void is_readable_by_root_only() throws IOException {
        attachments.save(attachment(OLD));
        try (var files = Files.walk(run)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void takes_a_damaged_record_for_none() throws IOException {
        attachments.save(attachment(OLD));
        Files.writeString(run.resolve("route-fix/attachments/old@eth0"), "{\"containerID\":");
        assertThat(attachments.find(OLD)).isNull();
        assertThat(attachments.all()).isEmpty();
    }

    @Test
    void lets_one_worker_in_at_a_time() throws Exception {
        var counter = new int[1];
        var workers = new ArrayList<Callable<Object>>();
        for (int i = 0; i < 200; i++) {
            workers.add(Executors.callable(() -> attachments.exclusively(() -> {
                int seen = counter[0];
                LockSupport.parkNanos(1);
                counter[0] = seen + 1;
            })));
        }
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var done : threads.invokeAll(workers)) {
                done.get();
            }
        }
        assertThat(counter[0]).isEqualTo(200);
    }

    private static Attachment attachment(AttachmentId id) {
        return new Attachment(id, "/var/run/netns/cni-1", "K8S_POD_NAME=web-0", "mac0", List.of(ADDRESS));
    }
}
