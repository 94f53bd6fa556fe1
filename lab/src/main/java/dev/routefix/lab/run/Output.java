package dev.routefix.lab.run;

/** What a finished process left: its exit code and everything it wrote, as UTF-8. */
public record Output(int exit, String stdout, String stderr) {
    public boolean ok() {
        return exit == 0;
    }
}
