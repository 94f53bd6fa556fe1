/** What the user asks for and where things are. Start at {@link dev.routefix.installer.config.Configuration}. */
@NullMarked
package dev.routefix.installer.config;

import org.jspecify.annotations.NullMarked;
