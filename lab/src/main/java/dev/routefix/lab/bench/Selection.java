package dev.routefix.lab.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which figures are wanted.
 *
 * @param beginnings of their names; none for all
 */
record Selection(List<String> beginnings) {
    static final Selection ALL = new Selection(List.of());

    Selection {
        beginnings = List.copyOf(beginnings);
    }

    /**
     * Such as {@code dhcp_add,pod_add}.
     *
     * @throws IllegalArgumentException if no figure's name begins so
     */
    static Selection parse(String text) {
        List<String> beginnings =
                Stream.of(text.split("[ ,]+")).filter(word -> !word.isEmpty()).toList();
        for (String beginning : beginnings) {
            if (Measurement.allFigures().stream().noneMatch(name -> name.startsWith(beginning))) {
                throw new IllegalArgumentException("no figure is called '" + beginning + "' or begins so; there are "
                        + String.join(", ", Measurement.allFigures()));
            }
        }
        return new Selection(beginnings);
    }

    boolean isAll() {
        return beginnings.isEmpty();
    }

    /** Whether any of these has a figure that is wanted. */
    boolean wants(Measurement... measurements) {
        return Arrays.stream(measurements)
                .flatMap(each -> each.figures().stream())
                .anyMatch(name -> isAll() || beginnings.stream().anyMatch(name::startsWith));
    }
}
