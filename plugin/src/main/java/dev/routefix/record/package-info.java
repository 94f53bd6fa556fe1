/** How what must outlive a process is written to the disk. What it says is its owner's business. */
@NullMarked
package dev.routefix.record;

import org.jspecify.annotations.NullMarked;
