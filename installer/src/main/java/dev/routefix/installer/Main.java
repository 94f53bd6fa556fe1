package dev.routefix.installer;

import dev.routefix.installer.config.Paths;
import java.nio.file.Path;

/** The appliance's entry point: {@code install}, {@code run}, {@code uninstall} or {@code status}. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        var paths = Paths.under(Path.of(System.getProperty(Paths.ROOT, "/")));
        System.exit(new Appliance(System.getenv(), paths, System.out, System.err).execute(arguments));
    }
}
