package dev.routefix.image;

import dev.routefix.relay.Machine;
import java.util.List;

/**
 * The names one processor architecture goes by.
 *
 * @param oci in OCI image configurations (GOARCH)
 * @param debian in Debian package names
 * @param multiarch Debian's library directory
 * @param interpreter the dynamic loader's path, which the psABI fixes and every dynamic ELF names
 * @param jna directory of libjnidispatch.so in JNA's jar
 * @param machine for which relays are written
 */
record Architecture(String oci, String debian, String multiarch, String interpreter, String jna, Machine machine) {
    static final Architecture AMD64 = new Architecture(
            "amd64", "amd64", "x86_64-linux-gnu", "lib64/ld-linux-x86-64.so.2", "linux-x86-64", Machine.X86_64);

    static final Architecture ARM64 = new Architecture(
            "arm64", "arm64", "aarch64-linux-gnu", "lib/ld-linux-aarch64.so.1", "linux-aarch64", Machine.AARCH64);

    static Architecture ofThisMachine() {
        return switch (Machine.here()) {
            case X86_64 -> AMD64;
            case AARCH64 -> ARM64;
        };
    }

    /** Whether this machine's processor executes its programs. */
    boolean isHere() {
        return machine == Machine.here();
    }

    /** What stands before a program of this architecture, so that it runs here: nothing, or Debian's qemu-user-static. */
    List<String> emulator() {
        if (isHere()) {
            return List.of();
        }
        return switch (machine) {
            case X86_64 -> List.of("qemu-x86_64-static");
            case AARCH64 -> List.of("qemu-aarch64-static");
        };
    }
}
