package dev.routefix.lab.containerd;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Kubernetes' resource quantities (API conventions, "Resource quantities"), such as {@code 100m} and {@code 50Mi}. */
final class Quantity {
    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)([a-zA-Z]*)");
    private static final BigDecimal MILLI = new BigDecimal("0.001");
    private static final Map<String, BigDecimal> SUFFIXES = Map.of(
            "m", MILLI,
            "", BigDecimal.ONE,
            "k", power(1000, 1),
            "M", power(1000, 2),
            "G", power(1000, 3),
            "Ki", power(1024, 1),
            "Mi", power(1024, 2),
            "Gi", power(1024, 3));

    private Quantity() {}

    /** A quantity as a whole number of its unit, such as bytes. */
    static long units(String text) {
        return value(text).longValueExact();
    }

    /** A quantity as a whole number of thousandths, such as millicores. */
    static long thousandths(String text) {
        return value(text).divide(MILLI).longValueExact();
    }

    private static BigDecimal value(String text) {
        Matcher matcher = FORM.matcher(text);
        BigDecimal factor = matcher.matches() ? SUFFIXES.get(matcher.group(2)) : null;
        if (factor == null) {
            throw new IllegalArgumentException("'" + text + "' is not a quantity such as 100m or 50Mi");
        }
        return new BigDecimal(matcher.group(1)).multiply(factor);
    }

    private static BigDecimal power(int base, int exponent) {
        return BigDecimal.valueOf(base).pow(exponent);
    }
}
