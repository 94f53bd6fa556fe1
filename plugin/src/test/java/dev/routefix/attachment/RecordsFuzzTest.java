package dev.routefix.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.Json;
import dev.routefix.fuzz.Fuzz;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged records: each is either read or kept aside and named, and the next save writes it anew. */
final class RecordsFuzzTest {

    private static final AttachmentId ID = new AttachmentId("c1", "eth0");
    private static final IpAddress ADDRESS = IpAddress.parse("192.168.2.76");
    private static final Attachment ATTACHMENT = new Attachment(
            ID,
            "lan",
            "/var/run/netns/cni-1",
            "4026532000/17",
            "K8S_POD_NAME=web-0",
            "mac0",
            new Attachment.Gateway(IpAddress.parse("169.254.1.1"), MacAddress.parse("02:00:00:00:00:01")),
            List.of(new Prefix(ADDRESS, 24)),
            MacAddress.parse("02:00:00:00:00:76"),
            List.of(new Attachment.StaticRoute(Prefix.parse("10.8.0.0/24"), IpAddress.parse("192.168.2.5"), 50)),
            960_003);

    @TempDir
    Path run;

    @Test
    void a_damaged_record_is_used_whole_or_not_at_all() throws IOException {
        var log = new ArrayList<String>();
        var attachments = new Attachments(run, log::add);
        var record = run.resolve("attachments/" + ID);
        var good = Json.write(RecordJson.of(ATTACHMENT));
        attachments.save(ATTACHMENT);
        for (int seed = 0; seed < Fuzz.INPUTS / 5; seed++) {
            var fuzz = new Fuzz(seed);
            log.clear();
            Files.write(
                    record,
                    fuzz.onceIn(2) ? fuzz.damaged(good.getBytes(StandardCharsets.UTF_8)) : fuzz.withHostileValue(good));

            var found = attachments.find(ID);

            if (found == null) {
                assertThat(log)
                        .as("seed " + seed)
                        .singleElement()
                        .asString()
                        .contains(record.toString(), "bad/c1@eth0");
                assertThat(record).doesNotExist();
            } else {
                assertThat(found.id()).as("seed " + seed).isEqualTo(ID);
            }
            assertThat(attachments.mayTakeAway(ADDRESS, ID)).isTrue();
            assertThat(attachments.mayTakeAway(ADDRESS, new AttachmentId("other", "eth0")))
                    .isFalse();
            attachments.save(ATTACHMENT);
            assertThat(attachments.find(ID)).isEqualTo(ATTACHMENT);
        }
    }
}
