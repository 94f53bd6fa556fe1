/**
 * What pod and node should look like, and the way there from what they look like. Pure: no clock, no environment, no system call. Start at
 * {@link dev.routefix.plan.AttachPlan}.
 */
@NullMarked
package dev.routefix.plan;

import org.jspecify.annotations.NullMarked;
