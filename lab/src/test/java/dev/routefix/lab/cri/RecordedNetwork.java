package dev.routefix.lab.cri;

import dev.routefix.lab.Node;
import dev.routefix.lab.cni.Conflist;
import dev.routefix.lab.containerd.Containerd;
import dev.routefix.lab.run.Poll;
import dev.routefix.lab.run.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/** A network of the reference plugins {@code ptp} and {@code host-local}, and of a script before them that writes down every call. */
final class RecordedNetwork {
    private static final Duration NOTICED = Duration.ofSeconds(20);

    private final Path directory = Run.current().directory("recorded");
    private final Path conflist;
    private final Path record = directory.resolve("record");

    /**
     * A call of the plugin.
     *
     * @param netns what {@code CNI_NETNS} was
     * @param caller the name of the process that called, proc_pid_comm(5)
     * @param database the file that the caller had open for what it knows of its containers
     * @param inRoot whether containerd kept a directory for the sandbox where things survive a reboot
     * @param inState whether it kept one where they do not
     */
    record Call(String verb, String netns, String caller, String database, boolean inRoot, boolean inState) {

        private static Call parse(String line) {
            String[] words = line.split("\\|", -1);
            return new Call(words[0], words[2], words[3], words[4], words[5].equals("yes"), words[6].equals("yes"));
        }
    }

    private RecordedNetwork(Path confDir) {
        conflist = confDir.resolve("10-recorded.conflist");
    }

    /** Puts the plugins into {@code binDir}; the network comes with {@link #write}. */
    static RecordedNetwork install(Containerd containerd, Path confDir, Path binDir) throws IOException {
        RecordedNetwork network = new RecordedNetwork(confDir);
        // The runtime gives every sandbox its lo with the third.
        for (String plugin : List.of("ptp", "host-local", "loopback")) {
            Files.copy(Node.REFERENCE_PLUGINS.resolve(plugin), binDir.resolve(plugin));
        }
        Path script = Files.writeString(binDir.resolve("recorder"), """
                #!/bin/sh
                database=$(readlink /proc/$PPID/fd/* | grep /io.containerd.metadata.v1.bolt/meta.db)
                has() { [ -d "$1/io.containerd.grpc.v1.cri/sandboxes/$CNI_CONTAINERID" ] && echo yes; }
                echo "$CNI_COMMAND|$CNI_CONTAINERID|$CNI_NETNS|$(cat /proc/$PPID/comm)|$database|$(has %s)|$(has %s)" >> %s
                exec "${0%%/*}/ptp"
                """.formatted(
                        containerd.rootDirectory(), containerd.stateDirectory(), network.record));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return network;
    }

    /** Writes the conflist, and waits until the runtime has loaded it. */
    void write(Cri cri) {
        try {
            Files.writeString(
                    conflist,
                    Conflist.of("1.0.0", "recorded")
                            .then("""
                                    {"type":"recorder","ipam":{"type":"host-local","subnet":"10.9.0.0/24","dataDir":"%s"}}
                                    """.formatted(directory.resolve("addresses")))
                            .toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Poll.until("the network is loaded", NOTICED, cri::isNetworkReady);
    }

    /** Takes the conflist away, and waits until the runtime has noticed. */
    void delete(Cri cri) {
        try {
            Files.delete(conflist);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Poll.until("the network is unloaded", NOTICED, () -> !cri.isNetworkReady());
    }

    /** The calls for one sandbox, in their order. */
    List<Call> calls(String id) {
        try {
            return Files.readAllLines(record).stream()
                    .filter(line -> line.contains("|" + id + "|"))
                    .map(Call::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> verbs(String id) {
        return calls(id).stream().map(Call::verb).toList();
    }
}
