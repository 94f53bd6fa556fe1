package dev.routefix.installer.faults;

/** What makes the resident, or whoever else mends a fault, see it. */
enum Noticed {
    /** The kernel or the directory tells of it, long before the next regular look. */
    AT_ONCE("at once", 300),
    /** Nothing tells of it, so it lasts until the node is looked at again. */
    BY_THE_CHECK("by the check, within `RESYNC_SECONDS`", 1),
    /** The same, but it takes long to look for. */
    BY_THE_LONG_CHECK("by the check, within six times `RESYNC_SECONDS`", 1),
    /** Whoever asks the plugin next. */
    BY_THE_NEXT_CALL("by the next call of the plugin", 1),
    /** The kubelet starts the container again; until then calls are answered by the runtime on the host. */
    BY_THE_NEXT_START("by the next start of the container", 1);

    final String text;

    /** Seconds between two regular looks while such faults are tried: so many that no look helps, or as few as can be. */
    final int resync;

    Noticed(String text, int resync) {
        this.text = text;
        this.resync = resync;
    }
}
