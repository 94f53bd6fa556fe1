package dev.routefix.image;

/**
 * The names one processor architecture goes by.
 *
 * @param oci in OCI image configurations (GOARCH)
 * @param debian in Debian package names
 * @param multiarch Debian's library directory
 * @param interpreter the dynamic loader's path, which the psABI fixes and every dynamic ELF names
 * @param jna directory of libjnidispatch.so in JNA's jar
 */
record Architecture(String oci, String debian, String multiarch, String interpreter, String jna) {
    static Architecture ofThisMachine() {
        return switch (System.getProperty("os.arch")) {
            case "amd64" ->
                new Architecture("amd64", "amd64", "x86_64-linux-gnu", "lib64/ld-linux-x86-64.so.2", "linux-x86-64");
            case "aarch64" ->
                new Architecture("arm64", "arm64", "aarch64-linux-gnu", "lib/ld-linux-aarch64.so.1", "linux-aarch64");
            case String other ->
                throw new IllegalStateException("no image can be built on " + other + ": use amd64 or aarch64");
        };
    }
}
