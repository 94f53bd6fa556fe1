package dev.routefix.dhcp.machine;

import dev.routefix.dhcp.message.Code;
import dev.routefix.dhcp.message.DhcpMessage;
import dev.routefix.dhcp.message.DomainNames;
import dev.routefix.dhcp.message.MessageType;
import dev.routefix.dhcp.message.Options;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Who asks, and the messages in which it does (RFC 2131, section 4.4.1, table 5). */
public final class DhcpClient {

    /** The largest message that we take: what fits into an Ethernet frame, without IP's and UDP's headers. */
    private static final int LARGEST = 1472;

    /** Flags of option 81 (RFC 4702, section 2.1): the server may tell DNS, and the name is written as in DNS. */
    private static final int SERVER_UPDATES = 0x01;

    private static final int ENCODED = 0x04;

    private final MacAddress mac;
    private final byte[] id;
    private final @Nullable String hostname;
    private final byte[] wanted;
    private final Options provided;

    /**
     * One who asks.
     *
     * @param id option 61
     * @param hostname a label for options 12 and 81; null for one that has no name
     * @param wanted the codes of options to ask for (option 55)
     * @param provided options that a user wants sent; they win over ours
     */
    public DhcpClient(MacAddress mac, byte[] id, @Nullable String hostname, byte[] wanted, Options provided) {
        this.mac = mac;
        this.id = id.clone();
        this.hostname = hostname;
        this.wanted = wanted.clone();
        this.provided = provided;
    }

    public MacAddress mac() {
        return mac;
    }

    public byte[] id() {
        return id.clone();
    }

    public @Nullable String hostname() {
        return hostname;
    }

    public byte[] wanted() {
        return wanted.clone();
    }

    public Options provided() {
        return provided;
    }

    /** The same one under another name. */
    public DhcpClient named(@Nullable String other) {
        return new DhcpClient(mac, id, other, wanted, provided);
    }

    /** Whether a server's message is for this one: of its hardware address, and of no other's client identifier (RFC 6842). */
    boolean isMeant(DhcpMessage message) {
        if (!message.fromServer() || !message.mac().equals(mac)) {
            return false;
        }
        byte[] other = message.options().bytes(Code.CLIENT_IDENTIFIER);
        return other == null || Arrays.equals(other, sentId());
    }

    private byte[] sentId() {
        byte[] users = provided.bytes(Code.CLIENT_IDENTIFIER);
        return users == null ? id : users;
    }

    DhcpMessage discover(int xid, int seconds, boolean rapidCommit, @Nullable IpAddress hint) {
        var options = new Options();
        if (hint != null) {
            options.put(Code.REQUESTED_ADDRESS, hint);
        }
        if (rapidCommit) {
            options.put(Code.RAPID_COMMIT);
        }
        return message(MessageType.DISCOVER, xid, seconds, asking(options));
    }

    /** The answer to an offer. */
    DhcpMessage select(int xid, int seconds, Terms offer) {
        var options = new Options()
                .put(Code.REQUESTED_ADDRESS, offer.address().address())
                .put(Code.SERVER_IDENTIFIER, offer.server());
        return message(MessageType.REQUEST, xid, seconds, asking(options));
    }

    /** The question whether an address is still ours (INIT-REBOOT). */
    DhcpMessage reboot(int xid, int seconds, IpAddress address) {
        return message(MessageType.REQUEST, xid, seconds, asking(new Options().put(Code.REQUESTED_ADDRESS, address)));
    }

    /** The question for more time (RENEWING and REBINDING). */
    DhcpMessage renew(int xid, int seconds, IpAddress address) {
        return new DhcpMessage(
                false, MessageType.REQUEST, xid, seconds, address, DhcpMessage.NOBODY, mac, asking(new Options()));
    }

    DhcpMessage decline(int xid, Terms terms) {
        var options = new Options()
                .put(Code.REQUESTED_ADDRESS, terms.address().address())
                .put(Code.SERVER_IDENTIFIER, terms.server())
                .put(Code.CLIENT_IDENTIFIER, sentId());
        return message(MessageType.DECLINE, xid, 0, options);
    }

    /** What gives an address back. */
    public Outgoing.Datagram release(int xid, Terms terms) {
        var address = terms.address().address();
        var options = new Options().put(Code.SERVER_IDENTIFIER, terms.server()).put(Code.CLIENT_IDENTIFIER, sentId());
        var message = new DhcpMessage(false, MessageType.RELEASE, xid, 0, address, DhcpMessage.NOBODY, mac, options);
        return new Outgoing.Datagram(message, terms.serverMac(), address, terms.server());
    }

    private DhcpMessage message(MessageType type, int xid, int seconds, Options options) {
        return DhcpMessage.ofClient(type, xid, seconds, mac, options);
    }

    /** Adds what every DISCOVER and REQUEST says. */
    private Options asking(Options options) {
        options.put(Code.CLIENT_IDENTIFIER, id).putShort(Code.MAXIMUM_SIZE, LARGEST);
        if (hostname != null) {
            var name = DomainNames.writePartial(hostname);
            var fqdn = ByteBuffer.allocate(3 + name.length).put((byte) (SERVER_UPDATES | ENCODED));
            options.putText(Code.HOST_NAME, hostname)
                    .put(Code.CLIENT_FQDN, fqdn.put(3, name).array());
        }
        options.putAll(provided);
        return options.put(Code.PARAMETER_REQUEST_LIST, wanted);
    }
}
