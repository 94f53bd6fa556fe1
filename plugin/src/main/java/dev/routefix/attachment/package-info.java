/** What we remember of each attachment, so that DEL needs neither prevResult nor sandbox. Start at {@link dev.routefix.attachment.Attachments}. */
@NullMarked
package dev.routefix.attachment;

import org.jspecify.annotations.NullMarked;
