package dev.routefix.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which of Debian's libraries an image needs besides glibc, as package and soname: iptables' always, and what the linked Java leaves to its distribution.
 * Temurin brings its own zlib and C++; Debian's OpenJDK links to the distribution's.
 */
final class Libraries {
    private static final Map<String, String> IPTABLES = Map.of(
            "libip4tc2", "libip4tc.so.2",
            "libip6tc2", "libip6tc.so.2",
            "libmnl0", "libmnl.so.0",
            "libnetfilter-conntrack3", "libnetfilter_conntrack.so.3",
            "libnfnetlink0", "libnfnetlink.so.0",
            "libnftnl11", "libnftnl.so.11",
            "libxtables12", "libxtables.so.12");

    private static final Map<String, String> JAVA = Map.of(
            "libgcc-s1", "libgcc_s.so.1",
            "libstdc++6", "libstdc++.so.6",
            "zlib1g", "libz.so.1");

    private Libraries() {}

    /** For a linked runtime. */
    static Map<String, String> of(Path home) throws IOException {
        var libraries = new TreeMap<>(IPTABLES);
        List<Path> files;
        try (Stream<Path> walk = Files.walk(home)) {
            files = walk.filter(file -> file.toString().endsWith(".so")).toList();
        }
        for (Path file : files) {
            // An ELF file names what it needs in its table of strings, each with a zero byte behind it.
            String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
            JAVA.forEach((name, soname) -> {
                if (bytes.contains("\0" + soname + "\0")) {
                    libraries.put(name, soname);
                }
            });
        }
        return libraries;
    }
}
