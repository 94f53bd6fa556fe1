package dev.routefix.lab;

/** One row of the matrix: how many tries of how many worked, and in a few words who answered or why not. */
public record Flow(String name, int ok, int of, String detail) {
    public boolean works() {
        return ok == of;
    }

    /** Such as {@code 8/8}. */
    public String score() {
        return ok + "/" + of;
    }

    @Override
    public String toString() {
        return name + " " + score() + (detail.isEmpty() ? "" : " (" + detail + ")");
    }
}
