package dev.routefix.installer.plan;

/**
 * A build's directory on the host.
 *
 * @param intact whether it has every file of the build
 * @param inUse whether a process runs from it
 */
public record FoundRuntime(boolean intact, boolean inUse) {}
