package dev.routefix.plugin;

import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.delegate.Delegates;
import dev.routefix.delegate.HostPrograms;
import dev.routefix.dhcp.AddressSource;
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

    /** Those of a process on the host itself. */
    public static Provisions onHost() {
        return new Provisions(Provisions::noLeases, new Delegates(HostPrograms.asGiven()), INTERFACES);
    }

    /** Those of a process in a container. */
    public static Provisions of(HostPrograms programs, Path interfaces) {
        return new Provisions(Provisions::noLeases, new Delegates(programs), interfaces);
    }

    private static AddressSource noLeases() {
        throw new CniException(
                ErrorCode.TRY_AGAIN_LATER,
                "\"ipam.type\" is dhcp, and nothing here asks a DHCP server: put the plugins macvlan and dhcp before route-fix (CHAIN=reference)");
    }
}
