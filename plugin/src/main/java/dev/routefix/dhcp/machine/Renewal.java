package dev.routefix.dhcp.machine;

import dev.routefix.dhcp.message.ArpFrame;
import dev.routefix.dhcp.message.Code;
import dev.routefix.dhcp.message.MalformedMessage;
import dev.routefix.dhcp.message.UdpFrame;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an address (RFC 2131, section 4.4.5): asks its server from T1 on, any server from T2 on. After a refusal or the end of the lease it asks as a new client would, but only for the
 * same address, as long as it takes: a pod cannot change its address. A refusal does not end the lease before its time, for a server that lost its memory refuses too, and gives the
 * address again when asked. One whose terms are unknown is asked for at once (INIT-REBOOT, section 4.3.2), and does not end before a server has said when it does.
 */
public final class Renewal implements Exchange {

    /** What became of it; told once each. */
    public sealed interface LeaseEvent {

        /** There are new terms, for the same address. */
        record Renewed(Terms terms, long at) implements LeaseEvent {}

        /** The address may not be used any more. */
        record Expired() implements LeaseEvent {}

        /** It may be used again. */
        record Restored(Terms terms, long at) implements LeaseEvent {}

        /** A server said something that a person should know. */
        record Trouble(String sentence) implements LeaseEvent {}
    }

    /** Between two messages, in milliseconds; RFC 2131 has 60 s, but a lease may be shorter. */
    private static final int SHORTEST_PAUSE = 1_000;

    private static final int LONGEST_PAUSE = 60_000;
    private static final int REQUESTS = 3;

    /** Nobody answers a question that is older than this, in milliseconds: it is asked as a new one. Shorter than any lease. */
    private static final int LONGEST_ANSWER = 4_000;

    /** How many different sentences about servers one lease is worth until it is renewed. */
    private static final int MOST_TOLD = 8;

    /** A server that does not know a client need not answer it (RFC 2131, section 4.3.2), so that silence does not tell whether there is one. */
    private static final int REBOOTS = 4;

    private enum Stage {
        HELD,
        REBOOTING,
        RENEWING,
        REBINDING,
        RECLAIMING,
        REQUESTING
    }

    private final DhcpClient client;
    private final boolean inUse;
    private final Random random;
    private final Pending<Outgoing> outgoing = new Pending<>();
    private final Pending<LeaseEvent> events = new Pending<>();

    private Terms terms;
    private Stage stage = Stage.HELD;
    private boolean expired;
    private long renewAt;
    private long rebindAt;
    private long endsAt;

    private int xid;
    private long began;

    /** When the question that an answer may be to was asked first. */
    private long asked;

    private long nextSend;
    private int pause = SHORTEST_PAUSE;
    private int requests;
    private @Nullable Terms offer;
    private final Set<String> told = new HashSet<>();

    /**
     * One of a lease that is held.
     *
     * @param inUse whether an interface has the address. If not, nobody answers the server's ARP, so that it must not be asked in a way that it answers to the address: then the question
     *     is that of a client that starts again (INIT-REBOOT)
     * @param since when it was given, in the same time as all others
     */
    public Renewal(DhcpClient client, Terms terms, boolean inUse, long since, Random random) {
        this.client = client;
        this.inUse = inUse;
        this.random = random;
        this.terms = terms;
        hold(terms, since);
    }

    private void hold(Terms given, long since) {
        terms = given;
        stage = Stage.HELD;
        expired = false;
        offer = null;
        told.clear();
        pause = SHORTEST_PAUSE;
        renewAt = given.renewal(since);
        rebindAt = given.rebinding(since);
        endsAt = given.end(since);
    }

    /** Asks for more time as soon as it acts, not at T1: the server gets to know the client's name by it. */
    public void renewAt(long moment) {
        renewAt = Math.min(renewAt, moment);
    }

    public Terms terms() {
        return terms;
    }

    public boolean isExpired() {
        return expired;
    }

    /** When it expires if nobody renews it. */
    public long endsAt() {
        return endsAt;
    }

    /** What has become of it since this was asked last. */
    public List<LeaseEvent> takeEvents() {
        return events.take();
    }

    @Override
    public MacAddress mac() {
        return client.mac();
    }

    @Override
    public boolean listensToArp() {
        return false;
    }

    @Override
    public void hear(ArpFrame frame, long now) {
        // whoever else has the address: the pod cannot change it
    }

    @Override
    public List<Outgoing> takeOutgoing() {
        return outgoing.take();
    }

    @Override
    public long wake() {
        return switch (stage) {
            case HELD -> renewAt;
            case REBOOTING -> nextSend;
            case RENEWING -> Math.min(nextSend, rebindAt);
            case REBINDING -> Math.min(nextSend, endsAt);
            case RECLAIMING, REQUESTING -> expired ? nextSend : Math.min(nextSend, endsAt);
        };
    }

    @Override
    public void act(long now) {
        if (!expired && now >= endsAt) {
            expired = true;
            events.add(new LeaseEvent.Expired());
            reclaim(now);
        }
        if (stage == Stage.HELD && now >= renewAt) {
            ask(terms.isKnown() ? Stage.RENEWING : Stage.REBOOTING, now);
        }
        if (stage == Stage.RENEWING && now >= rebindAt) {
            ask(Stage.REBINDING, now);
        }
        if (stage != Stage.HELD && now >= nextSend) {
            send(now);
        }
    }

    private void ask(Stage next, long now) {
        stage = next;
        began = now;
        askAnew(now);
        nextSend = now;
    }

    private void askAnew(long now) {
        xid = random.nextInt();
        asked = now;
    }

    /** Asks as a new client would, at once. */
    private void reclaim(long now) {
        offer = null;
        ask(Stage.RECLAIMING, now);
    }

    private void send(long now) {
        var address = terms.address().address();
        int seconds = (int) Math.min((now - began) / 1000, 0xffff);
        if (stage != Stage.REQUESTING && now - asked >= LONGEST_ANSWER) {
            askAnew(now);
        }
        switch (stage) {
            case REBOOTING -> {
                if (requests++ < REBOOTS) {
                    outgoing.add(Outgoing.Datagram.toAll(client.reboot(xid, seconds, address)));
                } else {
                    trouble("no DHCP server says whether it still has " + address
                            + ", which the pod keeps and which is asked for again and again");
                    reclaim(now);
                }
                pauseLonger(now);
            }
            case RENEWING -> {
                askForMore(seconds, terms.serverMac(), terms.server());
                nextSend = now + between(rebindAt - now);
            }
            case REBINDING -> {
                askForMore(seconds, MacAddress.BROADCAST, UdpFrame.EVERYBODY);
                nextSend = now + between(endsAt - now);
            }
            case RECLAIMING -> {
                outgoing.add(Outgoing.Datagram.toAll(client.discover(xid, seconds, false, address)));
                pauseLonger(now);
            }
            case REQUESTING -> {
                var wanted = offer;
                if (wanted == null || requests++ == REQUESTS) {
                    reclaim(now);
                    pauseLonger(now);
                } else {
                    outgoing.add(Outgoing.Datagram.toAll(client.select(xid, seconds, wanted)));
                    nextSend = now + SHORTEST_PAUSE;
                }
            }
            case HELD -> {}
        }
    }

    private void askForMore(int seconds, MacAddress mac, IpAddress server) {
        var address = terms.address().address();
        outgoing.add(
                inUse
                        ? new Outgoing.Datagram(client.renew(xid, seconds, address), mac, address, server)
                        : Outgoing.Datagram.toAll(client.reboot(xid, seconds, address)));
    }

    /** Half of what is left (RFC 2131, section 4.4.5), within bounds. */
    private static long between(long left) {
        return Math.max(left / 2, SHORTEST_PAUSE);
    }

    private void pauseLonger(long now) {
        nextSend = now + pause + random.nextInt(pause / 4);
        pause = Math.min(2 * pause, LONGEST_PAUSE);
    }

    @Override
    public void hear(UdpFrame frame, long now) {
        var message = frame.message();
        if (stage == Stage.HELD || message.xid() != xid || !client.isMeant(message)) {
            return;
        }
        try {
            switch (message.type()) {
                case NAK -> refused(frame, now);
                case OFFER -> {
                    if (stage == Stage.RECLAIMING) {
                        offered(same(Terms.of(frame)), now);
                    }
                }
                case ACK -> {
                    if (stage != Stage.RECLAIMING) {
                        given(same(Terms.of(frame)));
                    }
                }
                case DISCOVER, REQUEST, DECLINE, RELEASE -> {}
            }
        } catch (Unacceptable | MalformedMessage e) {
            trouble(frame.source() + " " + e.getMessage());
        }
    }

    private Terms same(Terms other) {
        if (!other.address().address().equals(terms.address().address())) {
            throw new Unacceptable("gives " + other.address().address() + " in place of "
                    + terms.address().address() + ", and a pod cannot change its address");
        }
        return other;
    }

    private void offered(Terms same, long now) {
        offer = same;
        stage = Stage.REQUESTING;
        requests = 0;
        // the lease begins here, however long nobody offered it
        asked = now;
        nextSend = now;
        send(now);
    }

    /** From when it was asked for, not when it was given (RFC 2131, section 4.4.5): the server may count from earlier than we. */
    private void given(Terms same) {
        boolean back = expired;
        hold(same, asked);
        events.add(back ? new LeaseEvent.Restored(same, asked) : new LeaseEvent.Renewed(same, asked));
    }

    private void refused(UdpFrame frame, long now) {
        var options = frame.message().options();
        if (stage == Stage.RECLAIMING
                || (stage == Stage.RENEWING && !terms.server().equals(options.address(Code.SERVER_IDENTIFIER)))) {
            return;
        }
        var reason = options.text(Code.MESSAGE);
        trouble(frame.source() + " refuses to renew " + terms.address().address()
                + (reason == null || reason.isEmpty() ? "" : " (\"" + reason + "\")")
                + (terms.isKnown()
                        ? ""
                        : ", which the pod keeps and which is asked for anew: if that goes on, delete the pod"));
        boolean again = stage == Stage.REQUESTING;
        reclaim(now);
        if (again) {
            pauseLonger(now);
        }
    }

    private void trouble(String sentence) {
        if (told.size() < MOST_TOLD && told.add(sentence)) {
            events.add(new LeaseEvent.Trouble(sentence));
        }
    }

    /** Whether the address is asked for at this moment. */
    public boolean isAsking() {
        return stage != Stage.HELD;
    }

    /** Who it is for. */
    public DhcpClient client() {
        return client;
    }

    /** What gives the address back to its server. */
    public Outgoing release() {
        return client.release(random.nextInt(), terms);
    }

    /** The address that is kept. */
    public IpAddress address() {
        return terms.address().address();
    }

    /** For the log. */
    @Override
    public String toString() {
        return terms.address() + " from " + terms.server() + " for " + client.mac();
    }
}
