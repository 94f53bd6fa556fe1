package dev.routefix.relay;

/** A kind of processor a relay can be written for. */
public enum Machine {
    X86_64(62),
    AARCH64(183);

    /** {@code e_machine} of the ELF header (elf.h: EM_X86_64, EM_AARCH64). */
    final int number;

    Machine(int number) {
        this.number = number;
    }

    Encoder encoder() {
        return switch (this) {
            case X86_64 -> new X86_64();
            case AARCH64 -> new Aarch64();
        };
    }

    /**
     * The one this JVM runs on.
     *
     * @throws IllegalStateException if there is no relay for it
     */
    public static Machine here() {
        var name = System.getProperty("os.arch");
        return switch (name) {
            case "amd64" -> X86_64;
            case "aarch64" -> AARCH64;
            default ->
                throw new IllegalStateException("there is no relay for " + name + ", only for amd64 and aarch64");
        };
    }
}
