package dev.routefix.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.routefix.cni.AttachmentId;
import dev.routefix.cni.CniException;
import dev.routefix.cni.PortMapping;
import dev.routefix.cni.PortMapping.Protocol;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import dev.routefix.netlink.Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttachmentsTest {

    private static final IpAddress ADDRESS = IpAddress.parse("192.168.2.76");
    private static final AttachmentId OLD = new AttachmentId("old", "eth0");
    private static final AttachmentId NEW = new AttachmentId("new", "eth0");

    @TempDir
    Path run;

    private final List<String> log = new ArrayList<>();

    private Attachments attachments;

    @BeforeEach
    void open() {
        attachments = new Attachments(run.resolve("route-fix"), log::add);
    }

    @Test
    void finds_again_what_it_saved() {
        attachments.save(attachment(OLD));
        assertThat(attachments.find(OLD)).isEqualTo(attachment(OLD));
        assertThat(attachments.all()).containsExactly(attachment(OLD));
        assertThat(attachments.find(NEW)).isNull();
    }

    @Test
    void those_that_nobody_wrote_or_deleted_meanwhile_are_not_read_again() throws IOException {
        attachments.save(attachment(OLD));
        Files.setLastModifiedTime(
                run.resolve("route-fix/attachments"),
                FileTime.from(Instant.now().minusSeconds(60)));
        var first = attachments.all();

        assertThat(attachments.all()).isSameAs(first).containsExactly(attachment(OLD));

        attachments.save(attachment(NEW));
        assertThat(attachments.all()).containsExactlyInAnyOrder(attachment(OLD), attachment(NEW));
        attachments.forget(OLD, List.of());
        assertThat(attachments.all()).containsExactly(attachment(NEW));
    }

    @Test
    void those_of_which_one_was_written_a_moment_ago_are_read_again_as_another_may_have_been_at_the_same_time() {
        attachments.save(attachment(OLD));
        var first = attachments.all();

        assertThat(attachments.all()).isNotSameAs(first).isEqualTo(first);
    }

    @Test
    void a_record_that_tells_neither_namespace_nor_gateway_is_one_all_the_same() {
        var scant = new Attachment(OLD, "/var/run/netns/cni-1", "", "mac0", List.of(ADDRESS));
        attachments.save(scant);
        assertThat(attachments.find(OLD)).isEqualTo(scant);
    }

    @Test
    void finds_again_all_that_there_is_to_know() {
        var whole = new Attachment(
                OLD,
                "lan",
                "/var/run/netns/cni-1",
                "4026532000/17",
                "K8S_POD_NAME=web-0",
                "mac0",
                new Attachment.Gateway(IpAddress.parse("169.254.1.1"), MacAddress.parse("02:00:00:00:00:01")),
                List.of(Prefix.parse("192.168.2.76/24"), Prefix.parse("192.168.3.0/0")),
                MacAddress.parse("02:00:00:00:00:76"),
                List.of(
                        new Attachment.StaticRoute(Prefix.parse("10.8.0.0/24"), IpAddress.parse("192.168.2.5"), 0),
                        new Attachment.StaticRoute(Prefix.parse("0.0.0.0/0"), null, 50)),
                960_003,
                List.of(
                        new PortMapping(Protocol.TCP, null, 8080, 80),
                        new PortMapping(Protocol.UDP, IpAddress.parse("192.168.2.21"), 53, 5353)));
        attachments.save(whole);
        assertThat(attachments.find(OLD)).isEqualTo(whole);
    }

    @Test
    void changes_what_is_remembered_and_nobodys_ownership() {
        attachments.save(attachment(OLD));
        attachments.save(attachment(NEW));

        attachments.amend(attachment(OLD).with(List.of(new PortMapping(Protocol.TCP, null, 8080, 80))));

        assertThat(Objects.requireNonNull(attachments.find(OLD)).portMappings()).hasSize(1);
        assertThat(attachments.mayTakeAway(ADDRESS, NEW)).isTrue();
        assertThat(attachments.mayTakeAway(ADDRESS, OLD)).isFalse();
    }

    @Test
    void a_record_of_the_first_version_is_read_as_far_as_it_tells() throws IOException {
        Files.createDirectories(run.resolve("route-fix/attachments"));
        Files.writeString(run.resolve("route-fix/attachments/old@eth0"), """
                {"version":1,"containerID":"old","ifname":"eth0","netns":"/var/run/netns/cni-1","namespace":"4026532000",\
                "pod":"K8S_POD_NAME=web-0","hostInterface":"mac0","gateway":"169.254.1.1","gatewayMac":"02:00:00:00:00:01",\
                "addresses":["192.168.2.76"]}""");
        assertThat(attachments.find(OLD)).isEqualTo(attachment(OLD));
        assertThat(attachments.find(OLD)).extracting(Attachment::network).isNull();
    }

    @Test
    void refuses_to_write_what_it_would_not_read() {
        var addresses = new ArrayList<IpAddress>();
        for (int i = 0; i < 10_000; i++) {
            addresses.add(IpAddress.parse("10.0." + i / 250 + "." + i % 250));
        }
        assertThatExceptionOfType(CniException.class)
                .isThrownBy(() -> attachments.save(new Attachment(OLD, "", "", "mac0", addresses)))
                .withMessageContaining("10000 addresses");
        assertThat(attachments.all()).isEmpty();
        var many = new Attachment(OLD, "/".repeat(4_000), "", "mac0", addresses.subList(0, 700));
        attachments.save(many);
        assertThat(attachments.find(OLD)).isEqualTo(many);
    }

    @Test
    void names_the_other_owner_of_an_address() {
        attachments.save(attachment(OLD));
        assertThat(attachments.otherOwner(ADDRESS, OLD)).isNull();
        assertThat(attachments.otherOwner(ADDRESS, NEW)).isEqualTo(attachment(OLD));
        assertThat(attachments.otherOwner(IpAddress.parse("192.168.2.77"), NEW)).isNull();
    }

    @Test
    void a_pod_is_named_as_the_user_knows_it() {
        var pod = new Attachment(
                OLD, "", "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0", "mac0", List.of(ADDRESS));
        assertThat(pod.name()).isEqualTo("shop/web-0 (" + ADDRESS + ")");
        assertThat(new Attachment(OLD, "", "", "mac0", List.of(ADDRESS)).name())
                .isEqualTo("old@eth0 (" + ADDRESS + ")");
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"containerID\":",
                "{}",
                "{\"version\":3,\"containerID\":\"old\",\"ifname\":\"eth0\",\"netns\":\"\",\"pod\":\"\",\"hostInterface\":\"mac0\",\"addresses\":[]}",
                "{\"version\":1,\"containerID\":\"../x\",\"ifname\":\"eth0\",\"netns\":\"\",\"pod\":\"\",\"hostInterface\":\"mac0\",\"addresses\":[]}"
            })
    void keeps_a_record_that_cannot_be_used_aside_and_names_it(String damaged) throws IOException {
        attachments.save(attachment(OLD));
        attachments.save(attachment(NEW));
        var record = run.resolve("route-fix/attachments/old@eth0");
        log.clear();
        Files.writeString(record, damaged);

        assertThat(attachments.all()).containsExactly(attachment(NEW));

        assertThat(record).doesNotExist();
        assertThat(run.resolve("route-fix/attachments/bad/old@eth0")).hasContent(damaged);
        assertThat(log).singleElement().asString().contains(record.toString()).contains("bad/old@eth0");
        assertThat(attachments.find(OLD)).isNull();
        assertThat(log).hasSize(1);
    }

    @Test
    void passes_over_a_record_of_no_use_where_it_only_looks() throws IOException {
        attachments.save(attachment(OLD));
        var record = run.resolve("route-fix/attachments/old@eth0");
        Files.writeString(record, "{");
        var looking = new Attachments(run.resolve("route-fix"));
        assertThat(looking.all()).isEmpty();
        assertThat(looking.find(OLD)).isNull();
        assertThat(record).exists();
    }

    @Test
    void knows_the_addresses_of_an_attachment_without_its_record() throws IOException {
        attachments.save(attachment(OLD));
        Files.delete(run.resolve("route-fix/attachments/old@eth0"));
        assertThat(attachments.ownedBy(OLD)).containsExactly(ADDRESS);
        assertThat(attachments.ownedBy(NEW)).isEmpty();
    }

    @Test
    void says_that_an_address_has_changed_hands() {
        attachments.save(attachment(OLD));
        attachments.save(attachment(OLD));
        assertThat(log).isEmpty();
        attachments.save(attachment(NEW));
        assertThat(log).singleElement().asString().contains("new@eth0", "old@eth0", ADDRESS.toString());
    }

    @Test
    void lets_anybody_take_an_address_away_whose_owner_is_illegible() throws IOException {
        attachments.save(attachment(OLD));
        Files.writeString(run.resolve("route-fix/addresses/" + ADDRESS), "\0\0");
        assertThat(attachments.mayTakeAway(ADDRESS, NEW)).isTrue();
        attachments.forget(NEW, List.of(ADDRESS));
        assertThat(run.resolve("route-fix/addresses/" + ADDRESS)).doesNotExist();
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
        var gateway = new Attachment.Gateway(IpAddress.parse("169.254.1.1"), MacAddress.parse("02:00:00:00:00:01"));
        return new Attachment(
                id, "/var/run/netns/cni-1", "4026532000", "K8S_POD_NAME=web-0", "mac0", gateway, List.of(ADDRESS));
    }
}
