package dev.routefix.installer.resident;

/**
 * Those who answer at one socket, a thread for each call. Whoever is not taken in waits in the socket's queue, which costs the container nothing, while a thread takes
 * some 100 KiB.
 *
 * @param name of the threads, before a number
 * @param waiting so many wait while nothing happens
 * @param most so many there are at most
 * @param atOnce so many work at once, until all is done that could wait for the answer. More would be no faster, and each has threads, stacks and sockets
 */
public record Staff(String name, int waiting, int most, int atOnce) {

    /** For container runtimes. More are taken in than are worked on, so that those whose request is slow to come keep nobody waiting. */
    public static final Staff RUNTIMES = new Staff("call", 4, 24, 16);

    /** For probes, the preStop hook and people, whom no crowd of pods may keep waiting: a liveness probe that does not come through ends the container. */
    public static final Staff CTL = new Staff("ctl", 1, 4, 4);
}
