package dev.routefix.installer.plan;

/** Whether a rule is about a packet. */
enum Match {
    YES,
    NO,

    /** It depends on what we do not know, such as addresses. */
    MAYBE;

    static Match of(boolean matches) {
        return matches ? YES : NO;
    }

    Match and(Match other) {
        if (this == NO || other == NO) {
            return NO;
        }
        return this == YES ? other : this;
    }

    Match negated() {
        return switch (this) {
            case YES -> NO;
            case NO -> YES;
            case MAYBE -> MAYBE;
        };
    }
}
