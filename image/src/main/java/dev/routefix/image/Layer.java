package dev.routefix.image;

import java.util.Locale;

/**
 * The image's layers, those that change least first, so that a new version of ours costs a node the last two only. The AOT caches are alone
 * in theirs because they hold timings of their training run: two builds of the same sources differ there, and nowhere else.
 */
enum Layer {
    DEBIAN("glibc and iptables from Debian"),
    JVM("the Java virtual machine"),
    CODE("route-fix and the Java classes it uses"),
    AOT("AOT caches from a training run");

    /** The Java home in the image, without the leading slash. */
    static final String HOME = "opt/route-fix";

    /** The bill of materials, which changes with every version of ours. */
    static final String BILL = "usr/share/doc/route-fix/sbom.cdx.json";

    private final String content;

    Layer(String content) {
        this.content = content;
    }

    String content() {
        return content;
    }

    /** The layer's plain tar in the workspace. */
    String fileName() {
        return name().toLowerCase(Locale.ROOT) + ".tar";
    }

    /** The layer of a file, named by its path in the image without the leading slash. */
    static Layer of(String path) {
        if (path.equals(BILL)) {
            return CODE;
        }
        if (!path.startsWith(HOME + "/")) {
            return DEBIAN;
        }
        String inHome = path.substring(HOME.length() + 1);
        if (inHome.endsWith(".aot")) {
            return AOT;
        }
        if (inHome.equals("bin/ctl")
                || inHome.equals("lib/modules")
                || inHome.equals("build")
                || inHome.equals("release")
                || inHome.endsWith(".args")) {
            return CODE;
        }
        boolean ofDebian = inHome.startsWith("glibc/")
                || inHome.startsWith("sbin/")
                || inHome.startsWith("xtables/")
                || inHome.equals("bin/ld.so");
        return ofDebian ? DEBIAN : JVM;
    }
}
