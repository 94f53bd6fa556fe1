/** Tests of what the soak makes of what it saw. Start at {@link dev.routefix.lab.soak.ReportTest}. */
@NullMarked
package dev.routefix.lab.soak;

import org.jspecify.annotations.NullMarked;
