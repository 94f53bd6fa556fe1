@NullMarked
package dev.routefix.installer;

import org.jspecify.annotations.NullMarked;
