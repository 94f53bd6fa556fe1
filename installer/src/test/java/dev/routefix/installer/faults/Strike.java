package dev.routefix.installer.faults;

import java.io.IOException;

/** Something done to a site. */
@FunctionalInterface
interface Strike {
    void on(Site site) throws IOException;
}
