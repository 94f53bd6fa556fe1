/** Keeps the LAN's switches from forgetting where the pods are. Start at {@link dev.routefix.installer.learning.LearningPackets}. */
@NullMarked
package dev.routefix.installer.learning;

import org.jspecify.annotations.NullMarked;
