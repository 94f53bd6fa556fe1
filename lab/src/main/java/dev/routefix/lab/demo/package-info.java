/**
 * {@code make demo}: the main job on this machine, before and after, with a report. Start at {@link dev.routefix.lab.demo.Demo}.
 */
@NullMarked
package dev.routefix.lab.demo;

import org.jspecify.annotations.NullMarked;
