@NullMarked
package dev.routefix.lab;

import org.jspecify.annotations.NullMarked;
