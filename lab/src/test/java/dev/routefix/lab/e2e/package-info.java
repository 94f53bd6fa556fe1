/** Tests of what is pure of {@code make e2e}. Start at {@link dev.routefix.lab.e2e.ReportTest}. */
@NullMarked
package dev.routefix.lab.e2e;

import org.jspecify.annotations.NullMarked;
