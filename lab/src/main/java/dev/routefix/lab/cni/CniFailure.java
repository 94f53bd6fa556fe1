package dev.routefix.lab.cni;

/** A plugin that ended with an error: its code and words (CNI specification, section 5). */
public final class CniFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String plugin;
    private final int code;

    CniFailure(String plugin, String verb, int code, String text) {
        super(plugin + " " + verb + " failed with code " + code + ": " + text);
        this.plugin = plugin;
        this.code = code;
    }

    public String plugin() {
        return plugin;
    }

    /** The code in the error it printed; -1 if what it printed is not an error of CNI. */
    public int code() {
        return code;
    }
}
