package dev.routefix.plugin;

import dev.routefix.netlink.Link;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Tells Wi-Fi interfaces by their entries in {@code /sys/class/net} (sysfs-class-net). */
public final class Radio {

    /** What is made on other interfaces and sends by them. */
    private static final Set<String> UPON_OTHERS =
            Set.of("vlan", "bond", "team", "bridge", "macvlan", "ipvlan", "macsec");

    private static final int MOST_LEVELS = 8;

    private Radio() {}

    /**
     * Whether what an interface sends leaves by Wi-Fi: it is one, or is a VLAN on one, or a bond with one.
     *
     * @param interfaces the kernel's directory with one entry per interface
     */
    public static boolean isIn(Path interfaces, Link link) {
        return isIn(interfaces.resolve(link.name()), UPON_OTHERS.contains(link.kind()) ? MOST_LEVELS : 0);
    }

    private static boolean isIn(Path entry, int levels) {
        if (Files.exists(entry.resolve("phy80211")) || Files.exists(entry.resolve("wireless"))) {
            return true;
        }
        if (levels > 0) {
            try (var lower = Files.newDirectoryStream(entry, "lower_*")) {
                for (var each : lower) {
                    if (isIn(each, levels - 1)) {
                        return true;
                    }
                }
            } catch (IOException gone) {
                // then it is none
            }
        }
        return false;
    }
}
