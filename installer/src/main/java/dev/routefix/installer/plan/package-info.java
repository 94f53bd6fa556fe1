/**
 * What the node should be, what it is, and what is to be done: pure, without a clock or a system call. Start at
 * {@link dev.routefix.installer.plan.HostPlan}.
 */
@NullMarked
package dev.routefix.installer.plan;

import org.jspecify.annotations.NullMarked;
