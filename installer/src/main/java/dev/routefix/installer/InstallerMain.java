package dev.routefix.installer;

import dev.routefix.installer.config.Paths;
import java.nio.file.Path;

/** The appliance's entry point: {@code install}, {@code run}, {@code uninstall} or {@code status}. */
public final class InstallerMain {

    private InstallerMain() {}

    public static void main(String[] arguments) {
        var home = System.getProperty(Paths.HOME);
        var paths =
                home == null ? Paths.under(Path.of(System.getProperty(Paths.ROOT, "/"))) : Paths.onHost(Path.of(home));
        System.exit(new CommandLine(System.getenv(), paths, System.out, System.err).execute(arguments));
    }
}
