/**
 * Makes the container image: links a Java runtime, adds what it needs from Debian, trains the AOT caches and lets Jib write or push the
 * result. Start at {@link dev.routefix.image.ImageMain}.
 */
@NullMarked
package dev.routefix.image;

import org.jspecify.annotations.NullMarked;
