/** What Prometheus is told where METRICS says so; nothing of it is loaded elsewhere. Start at {@link dev.routefix.installer.metrics.Metrics}. */
@NullMarked
package dev.routefix.installer.metrics;

import org.jspecify.annotations.NullMarked;
