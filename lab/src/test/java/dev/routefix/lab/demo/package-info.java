/** Tests of the demo's report. Start at {@link dev.routefix.lab.demo.ReportTest}. */
@NullMarked
package dev.routefix.lab.demo;

import org.jspecify.annotations.NullMarked;
