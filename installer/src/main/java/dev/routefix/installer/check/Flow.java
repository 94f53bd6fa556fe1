package dev.routefix.installer.check;

import org.jspecify.annotations.Nullable;

/**
 * A way that packets should take, tried several times.
 *
 * @param name from where to where
 * @param good how many tries were answered
 * @param why what the first one that was not came to; empty if all were
 */
public record Flow(String name, int good, int tries, String why) {

    /** One try. */
    @FunctionalInterface
    interface Attempt {

        /** What went wrong; null if nothing did. */
        @Nullable
        String make() throws Exception;
    }

    /** Tries so often, one after the other. */
    static Flow of(String name, int tries, Attempt attempt) {
        int good = 0;
        var why = "";
        for (int at = 0; at < tries; at++) {
            var wrong = outcome(attempt);
            good += wrong == null ? 1 : 0;
            why = wrong != null && why.isEmpty() ? wrong : why;
        }
        return new Flow(name, good, tries, why);
    }

    private static @Nullable String outcome(Attempt attempt) {
        try {
            return attempt.make();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        } catch (Exception e) {
            var said = e.getMessage();
            return said == null ? e.toString() : said;
        }
    }

    public boolean works() {
        return good == tries;
    }
}
