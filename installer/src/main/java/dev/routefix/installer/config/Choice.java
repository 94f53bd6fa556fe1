package dev.routefix.installer.config;

/** One of a few words a variable may have. */
interface Choice {

    /** As the user writes it. */
    String text();
}
