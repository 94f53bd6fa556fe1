package dev.routefix.installer.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.routefix.lab.run.Command;
import dev.routefix.lab.run.Poll;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;

/** What befalls files, directories and tables. */
final class Places {

    private static final String MULTI_CALL = "multi-call";
    private static final String BUSY = "busy";
    private static final String SHARED = "#!/bin/sh\nexit 0\n";
    private static final int BLOCK = 1 << 12;

    private Places() {}

    /** Puts another file in a file's place, as whoever writes carefully does. */
    static void replace(Path file, String text) throws IOException {
        var fresh = file.resolveSibling(file.getFileName() + ".fresh");
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    static void linkToTheMultiCallBinary(Site site) throws IOException {
        Files.writeString(site.host().binDir().resolve(MULTI_CALL), SHARED);
        var link = site.host().binDir().resolve("link");
        Files.createSymbolicLink(link, Path.of(MULTI_CALL));
        Files.move(link, site.plugin(), StandardCopyOption.ATOMIC_MOVE);
    }

    static void theMultiCallBinaryIsAsItWas(Site site) throws IOException {
        var shared = site.host().binDir().resolve(MULTI_CALL);
        assertThat(shared).hasContent(SHARED);
        Files.delete(shared);
    }

    /** Nobody can write to a program that runs. */
    static void runAnotherProgram(Site site) throws IOException {
        var busy = site.host().binDir().resolve(BUSY);
        Files.copy(Path.of("/bin/sleep"), busy);
        site.beside(Command.of(busy.toString(), "600").start(site.host().at("busy.log")));
        Files.move(busy, site.plugin(), StandardCopyOption.ATOMIC_MOVE);
    }

    static void removeTheRuntime(Site site) throws IOException {
        // at once, because rm -r would meet a repair halfway
        var builds = site.host().binDir().resolve(".route-fix");
        var aside = site.host().binDir().resolve("aside");
        Files.move(builds, aside, StandardCopyOption.ATOMIC_MOVE);
        try (var files = Files.walk(aside)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    static void fillTheDisk(Site site) throws IOException {
        site.hold();
        Files.delete(site.plugin());
        try (var filler = FileChannel.open(filler(site), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (true) {
                filler.write(ByteBuffer.allocate(BLOCK));
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
        site.ip("link delete mac0");
        site.release();
    }

    static void makeRoom(Site site) throws IOException {
        awaitMac0(site);
        Files.delete(filler(site));
    }

    private static Path filler(Site site) {
        return site.host().binDir().resolve("filler");
    }

    static void makeReadOnly(Site site) throws IOException {
        site.hold();
        Files.delete(site.plugin());
        remount(site, "ro");
        site.ip("link delete mac0");
        site.release();
    }

    static void makeWritable(Site site) {
        awaitMac0(site);
        remount(site, "rw");
    }

    /** What can be repaired is, whatever else cannot. */
    private static void awaitMac0(Site site) {
        Poll.until(
                "the way to the pod is back",
                Site.SOON,
                () -> site.netns()
                        .run("ip", "route", "show", site.the("web").address())
                        .stdout()
                        .contains("dev mac0"));
    }

    /** Ours are put before its jump, which is as good as behind it. */
    static void letKubeProxyBeFirst(Site site) {
        site.host()
                .iptables(
                        "nft",
                        "-t",
                        "nat",
                        "-D",
                        "POSTROUTING",
                        "-m",
                        "comment",
                        "--comment",
                        "kubernetes postrouting rules",
                        "-j",
                        "KUBE-POSTROUTING");
        site.serve();
    }

    private static void remount(Site site, String option) {
        Command.of("mount", "-o", "remount," + option, site.host().binDir().toString())
                .run();
    }

    /** Loads a whole table as it is now but for our rules, as one who keeps a table of his own does. */
    static void restoreWithoutOurs(Site site, String table) {
        var theirs = new StringBuilder();
        site.netns()
                .run("iptables-nft-save", "-t", table)
                .stdout()
                .lines()
                .filter(line -> !line.contains("route-fix"))
                .forEach(line -> theirs.append(line).append('\n'));
        site.netns().command("iptables-nft-restore").stdin(theirs.toString()).run();
    }
}
