package dev.routefix.installer.plan;

/**
 * A rule of ours and where it has to stand.
 *
 * @param rule may be in the kernel as {@link Rule#orElse} too
 */
public record WantedRule(Rule rule, Place place) {

    boolean isMetBy(Rule found) {
        return found.equals(rule) || found.equals(rule.orElse());
    }
}
