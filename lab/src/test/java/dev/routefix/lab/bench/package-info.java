/** Tests of the bench's arithmetic and of what it writes. Start at {@link dev.routefix.lab.bench.ReportTest}. */
@NullMarked
package dev.routefix.lab.bench;

import org.jspecify.annotations.NullMarked;
