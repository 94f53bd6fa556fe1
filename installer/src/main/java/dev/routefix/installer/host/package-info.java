/**
 * The node itself: looking at it and changing it. Start at {@link dev.routefix.installer.host.HostProbe} and
 * {@link dev.routefix.installer.host.HostRepairs}.
 */
@NullMarked
package dev.routefix.installer.host;

import org.jspecify.annotations.NullMarked;
