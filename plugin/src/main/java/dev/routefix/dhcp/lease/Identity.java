package dev.routefix.dhcp.lease;

import dev.routefix.cni.CniException;
import dev.routefix.cni.ErrorCode;
import dev.routefix.dhcp.AddressRequest;
import dev.routefix.dhcp.DhcpSettings;
import dev.routefix.dhcp.machine.DhcpClient;
import dev.routefix.dhcp.message.Code;
import dev.routefix.dhcp.message.Options;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Who a pod's interface is to DHCP servers. One whose name comes again is the same each time and on every node: its client identifier (RFC 4361: type 255, IAID, DUID) and, unless one
 * was asked for, its hardware address follow from the network's name, the pod's and the interface's. Two clusters on one LAN whose pods have the same names need networks of
 * different names. All others are known by a hardware address that chance gives.
 *
 * @param key tells a name that comes again from all others; null for one that does not
 * @param forAnybody whether what is given to it will do for any other pod without a name of its own: nothing of it was asked for
 */
public record Identity(@Nullable String key, DhcpClient client, boolean forAnybody) {

    private static final byte NODE_SPECIFIC = (byte) 255;

    /** The type of an identifier that is no hardware address (RFC 2132, section 9.14). */
    private static final byte NO_HARDWARE = 0;

    /** The longest value of one option, without the type. */
    private static final int LONGEST_TEXT = 254;

    /** DUID-LL (RFC 8415, section 11.4) and DUID-UUID (RFC 6355). */
    private static final int DUID_LINK_LAYER = 3;

    private static final int DUID_UUID = 4;
    private static final int ETHERNET = 1;

    /** In the first byte of a hardware address: for many, and not its maker's. */
    private static final int GROUP = 0x01;

    private static final int LOCAL = 0x02;

    /** What is asked for where nobody says otherwise; 121 before 3, as RFC 3442 demands. */
    private static final byte[] WANTED = {
        Code.SUBNET_MASK,
        Code.CLASSLESS_ROUTES,
        Code.ROUTER,
        Code.DOMAIN_NAME_SERVER,
        Code.DOMAIN_NAME,
        Code.INTERFACE_MTU,
        Code.DOMAIN_SEARCH,
        Code.RENEWAL_TIME,
        Code.REBINDING_TIME
    };

    /** Bytes of options of a user's: with ours they fit into a frame. */
    private static final int MOST_PROVIDED = 800;

    /** Whether the same one comes again. */
    public boolean comesAgain() {
        return key != null;
    }

    /** That of whoever asks. */
    public static Identity of(AddressRequest request, Random random) {
        var provided = provided(request.settings());
        var wanted = wanted(request.settings());
        var hostname = PodName.label(request.pod());
        if (!comesAgain(request)) {
            var mac = request.mac() == null ? anyMac(random) : request.mac();
            return new Identity(
                    null, new DhcpClient(mac, linkLayerId(mac), hostname, wanted, provided), isAnybody(request));
        }
        byte[] pod = digest(request.network(), request.namespace(), request.pod());
        byte[] own = own(request);
        var id = new ByteArrayOutputStream();
        id.write(NODE_SPECIFIC);
        id.write(own, MacAddress.BYTES, 4);
        id.write(0);
        id.write(DUID_UUID);
        id.write(pod, 0, 16);
        var mac = request.mac() == null ? local(own) : request.mac();
        return new Identity(key(own), new DhcpClient(mac, id.toByteArray(), hostname, wanted, provided), false);
    }

    /**
     * That under which the CNI project's {@code dhcp} plugin has asked (containernetworking/plugins, {@code plugins/ipam/dhcp}: {@code generateClientID} of daemon.go and the
     * type that lease.go puts before it, the same from version 1.1.0 on).
     *
     * @param mac of the pod's interface
     */
    public static Identity ofReferencePlugin(AddressRequest request, MacAddress mac) {
        byte[] text = (request.attachment().containerId() + "/" + request.network() + "/"
                        + request.attachment().ifname())
                .getBytes(StandardCharsets.UTF_8);
        var id = new ByteArrayOutputStream();
        id.write(NO_HARDWARE);
        id.write(text, 0, Math.min(text.length, LONGEST_TEXT));
        var client = new DhcpClient(
                mac,
                id.toByteArray(),
                PodName.label(request.pod()),
                wanted(request.settings()),
                provided(request.settings()));
        return new Identity(comesAgain(request) ? key(own(request)) : null, client, false);
    }

    /** Whether its server is to keep the address for it when its pod goes. Where the reference plugin has asked for one whose name comes again, that will come as another client. */
    public boolean keepsItsLease() {
        byte[] id = client.id();
        return comesAgain() && (id.length == 0 || id[0] != NO_HARDWARE);
    }

    /** One of a pod that is not there yet, by the settings of none. */
    public static Identity anybody(Random random) {
        var mac = anyMac(random);
        return new Identity(null, new DhcpClient(mac, linkLayerId(mac), null, WANTED, new Options()), true);
    }

    /** Whether a lease that was taken beforehand will do: nobody asked for anything of his own. */
    public static boolean isAnybody(AddressRequest request) {
        var settings = request.settings();
        return request.mac() == null
                && !comesAgain(request)
                && settings.provide().isEmpty()
                && settings.request().isEmpty()
                && settings.skipDefault().isEmpty();
    }

    private static boolean comesAgain(AddressRequest request) {
        return switch (request.settings().identity()) {
            case AUTO -> PodName.comesAgain(request.pod());
            case ANONYMOUS -> false;
            case STABLE -> {
                if (request.pod().isEmpty()) {
                    throw new CniException(
                            ErrorCode.INVALID_ENVIRONMENT,
                            "\"identity\" is stable, and CNI_ARGS has no K8S_POD_NAME by which the pod is known again");
                }
                yield true;
            }
        };
    }

    /** The same one, with the name of that pod; with none if that is empty. */
    public Identity named(String pod) {
        return new Identity(key, client.named(PodName.label(pod)), forAnybody);
    }

    private static byte[] own(AddressRequest request) {
        return digest(
                request.network(),
                request.namespace(),
                request.pod(),
                request.attachment().ifname());
    }

    private static String key(byte[] own) {
        return HexFormat.of().formatHex(own, 0, 16);
    }

    private static MacAddress anyMac(Random random) {
        var bytes = new byte[MacAddress.BYTES];
        random.nextBytes(bytes);
        return local(bytes);
    }

    private static MacAddress local(byte[] bytes) {
        byte[] own = Arrays.copyOf(bytes, MacAddress.BYTES);
        own[0] = (byte) ((own[0] & ~GROUP) | LOCAL);
        return MacAddress.of(own);
    }

    private static byte[] linkLayerId(MacAddress mac) {
        byte[] bytes = mac.toBytes();
        var id = new ByteArrayOutputStream();
        id.write(NODE_SPECIFIC);
        id.write(bytes, 2, 4);
        id.writeBytes(new byte[] {0, DUID_LINK_LAYER, 0, ETHERNET});
        id.writeBytes(bytes);
        return id.toByteArray();
    }

    private static byte[] digest(String... words) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var word : words) {
                digest.update(word.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] wanted(DhcpSettings settings) {
        var wanted = new ByteArrayOutputStream();
        for (byte code : WANTED) {
            if (code == Code.SUBNET_MASK || !settings.skipDefault().contains((int) code)) {
                wanted.write(code);
            }
        }
        for (int code : settings.request()) {
            if (code > 0 && code < 255 && indexOf(wanted.toByteArray(), code) < 0) {
                wanted.write(code);
            }
        }
        return wanted.toByteArray();
    }

    private static int indexOf(byte[] codes, int code) {
        for (int at = 0; at < codes.length; at++) {
            if (codes[at] == (byte) code) {
                return at;
            }
        }
        return -1;
    }

    private static Options provided(DhcpSettings settings) {
        var options = new Options();
        int length = 0;
        for (var option : settings.provide()) {
            switch (option.code()) {
                case Code.OVERLOAD, Code.MESSAGE_TYPE, Code.SERVER_IDENTIFIER, Code.PARAMETER_REQUEST_LIST ->
                    throw refuse("option " + option.code() + " is the client's own to send");
                case Code.REQUESTED_ADDRESS -> options.put(option.code(), address(option.value()));
                default -> options.putText(option.code(), option.value());
            }
            length += 2 + option.value().length();
            if (option.code() < 1 || option.code() > 254 || length > MOST_PROVIDED) {
                throw refuse("option " + option.code() + " is none, or with it there is too much to send");
            }
        }
        return options;
    }

    private static IpAddress address(String text) {
        try {
            return IpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw refuse(e.getMessage() + ", which option 50 must be");
        }
    }

    private static CniException refuse(String fault) {
        return new CniException(ErrorCode.INVALID_CONFIG, "\"provide\" of \"ipam\": " + fault);
    }
}
