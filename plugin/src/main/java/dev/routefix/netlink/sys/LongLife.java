package dev.routefix.netlink.sys;

/** For a process that stays: what is dear once and makes each call of the kernel cheaper. */
public final class LongLife {

    private LongLife() {}

    /** Takes some 30 ms of processor time, once. To be called when nothing waits for the process any more. */
    public static void begins() {
        LibC.stay();
    }
}
