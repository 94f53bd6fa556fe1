package dev.routefix.lab.bench;

/** What a figure has to keep to. */
sealed interface Budget {
    boolean keeps(double value, double ratio);

    /** Its value, in its own unit. */
    record AtMost(double bound) implements Budget {
        @Override
        public boolean keeps(double value, double ratio) {
            return value <= bound;
        }

        @Override
        public String toString() {
            return "≤ " + Figure.rounded(bound);
        }
    }

    /** Its ratio to the peer. */
    record RatioAtMost(double bound) implements Budget {
        @Override
        public boolean keeps(double value, double ratio) {
            return ratio <= bound;
        }

        @Override
        public String toString() {
            return "≤ " + Figure.rounded(bound) + " ×";
        }
    }

    /** Its ratio to the peer, where more is better. */
    record RatioAtLeast(double bound) implements Budget {
        @Override
        public boolean keeps(double value, double ratio) {
            return ratio >= bound;
        }

        @Override
        public String toString() {
            return "≥ " + Figure.rounded(bound) + " ×";
        }
    }
}
