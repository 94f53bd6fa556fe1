/** What is wrong with the node and its pods, looked at only when somebody asks. Start at {@link dev.routefix.installer.doctor.Doctor}. */
@NullMarked
package dev.routefix.installer.doctor;

import org.jspecify.annotations.NullMarked;
