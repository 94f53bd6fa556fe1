package dev.routefix.relay;

/** Where a value comes from. */
sealed interface Operand {

    /**
     * A register under the name it has in the program.
     *
     * @param name for the reader of the listing
     */
    record Variable(String name, Register register) implements Operand {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A number known when the program is written. */
    record Constant(long value) implements Operand {
        @Override
        public String toString() {
            return value < 4096 ? Long.toString(value) : "0x" + Long.toHexString(value);
        }
    }

    /** The place in memory of a label. */
    record Address(String label) implements Operand {
        @Override
        public String toString() {
            return "address of " + label;
        }
    }
}
