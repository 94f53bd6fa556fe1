@NullMarked
package dev.routefix.image;

import org.jspecify.annotations.NullMarked;
