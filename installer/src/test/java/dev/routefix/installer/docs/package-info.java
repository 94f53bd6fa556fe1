/** The pages under docs/ that code writes a part of. */
@NullMarked
package dev.routefix.installer.docs;

import org.jspecify.annotations.NullMarked;
