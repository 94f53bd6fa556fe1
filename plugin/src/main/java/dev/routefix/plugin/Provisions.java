package dev.routefix.plugin;

import dev.routefix.delegate.Delegates;
import dev.routefix.delegate.HostPrograms;
import dev.routefix.dhcp.AddressSource;
import dev.routefix.dhcp.client.OneCall;
import dev.routefix.dhcp.lease.LeaseStore;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * What it takes to make a pod's interface, besides the kernel.
 *
 * @param leases where {@code "ipam": {"type": "dhcp"}} gets addresses from; asked for only if there is such a call
 * @param delegates plugins for every other type
 * @param interfaces the kernel's directory with one entry per network interface, {@code /sys/class/net}
 */
public record Provisions(Supplier<AddressSource> leases, Delegates delegates, Path interfaces) {

    private static final Path INTERFACES = Path.of("/sys/class/net");

    /**
     * Those of a process on the host itself, which lives for one call.
     *
     * @param state {@code /var/lib/route-fix}
     * @param err takes a sentence about each lease that cannot be read
     */
    public static Provisions onHost(Path state, PrintStream err) {
        return new Provisions(
                () -> new OneCall(new LeaseStore(state, err::println)),
                new Delegates(HostPrograms.asGiven()),
                INTERFACES);
    }

    /** Those of a process in a container, which stays. */
    public static Provisions of(AddressSource leases, HostPrograms programs, Path interfaces) {
        return new Provisions(() -> leases, new Delegates(programs), interfaces);
    }
}
