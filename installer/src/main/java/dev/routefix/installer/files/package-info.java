/** Files that we put on the host, whole or not at all. Start at {@link dev.routefix.installer.files.AtomicFiles}. */
@NullMarked
package dev.routefix.installer.files;

import org.jspecify.annotations.NullMarked;
