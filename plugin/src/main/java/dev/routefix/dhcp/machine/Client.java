package dev.routefix.dhcp.machine;

import dev.routefix.dhcp.message.Code;
import dev.routefix.dhcp.message.DhcpMessage;
import dev.routefix.dhcp.message.DomainNames;
import dev.routefix.dhcp.message.MessageType;
import dev.routefix.dhcp.message.Options;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, and the messages in which it does (RFC 2131, section 4.4.1, table 5).
 *
 * @param id option 61
 * @param hostname a label for options 12 and 81; null for one that has no name
 * @param wanted the codes of options to ask for (option 55)
 * @param provided options that a user wants sent; they win over ours
 */
public record Client(MacAddress mac, byte[] id, @Nullable String hostname, byte[] wanted, Options provided) {

    /** The largest message that we take: what fits into an Ethernet frame, without IP's and UDP's headers. */
    private static final int LARGEST = 1472;

    /** Flags of option 81 (RFC 4702, section 2.1): the server may tell DNS, and the name is written as in DNS. */
    private static final int SERVER_UPDATES = 0x01;

    private static final int ENCODED = 0x04;

    public Client {
        id = id.clone();
        wanted = wanted.clone();
    }

    @Override
    public byte[] id() {
        return id.clone();
    }

    @Override
    public byte[] wanted() {
        return wanted.clone();
    }

    /** The same one under another name. */
    public Client named(@Nullable String other) {
        return new Client(mac, id, other, wanted, provided);
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
    public Outgoing.Packet release(int xid, Terms terms) {
        var address = terms.address().address();
        var options = new Options().put(Code.SERVER_IDENTIFIER, terms.server()).put(Code.CLIENT_IDENTIFIER, sentId());
        var message = new DhcpMessage(false, MessageType.RELEASE, xid, 0, address, DhcpMessage.NOBODY, mac, options);
        return new Outgoing.Packet(message, terms.serverMac(), address, terms.server());
    }

    private DhcpMessage message(MessageType type, int xid, int seconds, Options options) {
        return DhcpMessage.ofClient(type, xid, seconds, mac, options);
    }

    /** Adds what every DISCOVER and REQUEST says. */
    private Options asking(Options options) {
        options.put(Code.CLIENT_IDENTIFIER, id).putShort(Code.MAXIMUM_SIZE, LARGEST);
        if (hostname != null) {
            var fqdn = DomainNames.writePartial(hostname);
            var value = new byte[3 + fqdn.length];
            value[0] = SERVER_UPDATES | ENCODED;
            System.arraycopy(fqdn, 0, value, 3, fqdn.length);
            options.putText(Code.HOST_NAME, hostname).put(Code.CLIENT_FQDN, value);
        }
        options.putAll(provided);
        return options.put(Code.PARAMETER_REQUEST_LIST, wanted);
    }
}
