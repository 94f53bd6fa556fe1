package dev.routefix.lab.demo;

/** For what kind of pod a network is made; to a DHCP server they differ. */
enum Occasion {
    /** A Deployment's, whose name never comes again. */
    DEPLOYMENT("a Deployment's pod"),
    /** A StatefulSet's that was never there. */
    STATEFUL_SET("a StatefulSet's pod"),
    /** A StatefulSet's that was there before. */
    AGAIN("the same pod again");

    private final String words;

    Occasion(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}
