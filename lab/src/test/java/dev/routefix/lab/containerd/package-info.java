/** Tests of the container runtime. Start at {@link dev.routefix.lab.containerd.ContainerdIT}. */
@NullMarked
package dev.routefix.lab.containerd;

import org.jspecify.annotations.NullMarked;
