/**
 * The appliance: puts the plugin and what it needs on a node, keeps it there, takes it away. Start at
 * {@link dev.routefix.installer.CommandLine}, then {@link dev.routefix.installer.plan.HostPlan}.
 */
@NullMarked
package dev.routefix.installer;

import org.jspecify.annotations.NullMarked;
