package dev.routefix.lab.run;

/** A JVM that does nothing but begin a run, and so sweeps what dead ones left. */
final class NextRun {
    private NextRun() {}

    public static void main(String[] args) {
        System.out.println(Run.current().id());
    }
}
