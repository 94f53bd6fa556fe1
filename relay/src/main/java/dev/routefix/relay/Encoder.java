package dev.routefix.relay;

/** A tiny assembler: turns steps into what one kind of processor executes. It knows only the forms the relay needs. */
interface Encoder {

    /**
     * The bytes of one step.
     *
     * @param at the address of its first byte
     * @throws IllegalArgumentException if it is a form this assembler does not know
     */
    ByteString encode(Instruction instruction, long at, Labels labels);

    /** Where the labels are. */
    @FunctionalInterface
    interface Labels {
        long address(String label);
    }
}
