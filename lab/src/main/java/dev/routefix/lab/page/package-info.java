/**
 * What reports for a browser have in common. Start at {@link dev.routefix.lab.page.Document}.
 */
@NullMarked
package dev.routefix.lab.page;

import org.jspecify.annotations.NullMarked;
