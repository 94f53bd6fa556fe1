/** The CNI plugin itself: verbs that read, plan and apply. Start at {@link dev.routefix.plugin.RouteFix}. */
@NullMarked
package dev.routefix.plugin;

import org.jspecify.annotations.NullMarked;
