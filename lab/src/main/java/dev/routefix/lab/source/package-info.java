/**
 * Rules about source files that class files cannot answer. Start at {@link dev.routefix.lab.source.Sources}.
 */
@NullMarked
package dev.routefix.lab.source;

import org.jspecify.annotations.NullMarked;
