package dev.routefix.dhcp.machine;

import dev.routefix.dhcp.message.ArpFrame;
import dev.routefix.dhcp.message.Code;
import dev.routefix.dhcp.message.DhcpMessage;
import dev.routefix.dhcp.message.MalformedMessage;
import dev.routefix.dhcp.message.MessageType;
import dev.routefix.dhcp.message.UdpFrame;
import dev.routefix.netlink.IpAddress;
import dev.routefix.netlink.MacAddress;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Gets an address. It asks at once and again from 100 ms on, each time after twice the time, for a pod cannot wait the 1 to 10 s of RFC 2131, section 4.4.1. A client that
 * remembers an address asks for that (INIT-REBOOT) and for any at the same time; the first acknowledgement counts. An address that the client did not have before is probed
 * (RFC 5227), from the moment it is offered, and declined if somebody has it.
 */
public final class Acquisition implements Exchange {

    /** In milliseconds. */
    private static final int FIRST_DELAY = 100;

    private static final int LONGEST_DELAY = 4_000;

    /** How long an offer of another address waits for what the remembered one's server says. */
    private static final int HOLD = 30;

    /** A server that takes an address for acknowledged answers a lost ACK again; one that does not answer these has forgotten its offer. */
    private static final int REQUESTS = 4;

    /** How many DISCOVERs ask for an ACK right away (RFC 4039): a server that ignored them may be kept from answering by it. */
    private static final int RAPID_DISCOVERS = 3;

    /** Machines on a cable answer a probe within a millisecond. A pod that waits is worth more than one that sleeps in the Wi-Fi, which its server's ping finds. */
    private static final int PROBES = 3;

    private static final int PROBE_INTERVAL = 5;

    private enum Stage {
        SELECTING,
        REQUESTING,
        PROBING,
        GRANTED,
        FAILED
    }

    private final DhcpClient client;
    private final @Nullable IpAddress remembered;
    private final long start;
    private final long deadline;
    private final Random random;
    private final Account account = new Account();
    private final Pending<Outgoing> outgoing = new Pending<>();
    private boolean onlyLooks;

    private Stage stage = Stage.SELECTING;
    private int xid;
    private int rebootXid;
    private boolean rebooting;
    private int discovers;
    private int requests;

    /** Whether what was offered has been asked for, so that a server may take it for given. */
    private boolean claimed;

    private int delay = FIRST_DELAY;
    private int restartDelay = FIRST_DELAY;
    private boolean rapid;
    private long nextSend;

    /** What was offered, and from REQUESTING on is being asked for. */
    private @Nullable Terms offer;

    private long holdUntil;
    private int probes;
    private long nextProbe;
    private @Nullable MacAddress holder;
    private @Nullable Terms granted;

    /**
     * One that has sent nothing yet: {@link #act} begins.
     *
     * @param remembered the address that the client had before; null if it had none
     * @param deadline when it is to give up
     * @param random for what must differ between clients, no secret
     */
    public Acquisition(DhcpClient client, @Nullable IpAddress remembered, long now, long deadline, Random random) {
        this.client = client;
        this.remembered = remembered;
        this.start = now;
        this.deadline = deadline;
        this.random = random;
        xid = random.nextInt();
        rebootXid = xid + 1;
        rebooting = remembered != null;
        nextSend = now;
    }

    /** One that only wants to know what it would be offered, and takes nothing. */
    public static Acquisition look(DhcpClient client, long now, long deadline, Random random) {
        var look = new Acquisition(client, null, now, deadline, random);
        look.onlyLooks = true;
        look.discovers = RAPID_DISCOVERS; // an ACK right away would be more than was asked for
        return look;
    }

    public boolean isOver() {
        return stage == Stage.GRANTED || stage == Stage.FAILED;
    }

    /** What was given, although it may still be looked whether somebody has it, or offered to one that only looks; null if nothing was, or not yet. */
    public @Nullable Terms granted() {
        return granted;
    }

    /** Whether nobody has said anything to it yet. */
    public boolean isUnanswered() {
        return stage == Stage.SELECTING && offer == null && account.isSilence();
    }

    /** What gives back what a server may have given to one that came to nothing, or that nobody waits for any more; null if none has. */
    public @Nullable Outgoing giveBack() {
        var given = offer;
        return given != null && claimed && stage != Stage.GRANTED ? client.release(random.nextInt(), given) : null;
    }

    /** What was asked and heard, of one that has failed. */
    public String account() {
        return account.text();
    }

    @Override
    public MacAddress mac() {
        return client.mac();
    }

    @Override
    public boolean listensToArp() {
        return probes > 0 && !isOver();
    }

    @Override
    public List<Outgoing> takeOutgoing() {
        return outgoing.take();
    }

    @Override
    public long wake() {
        return switch (stage) {
            case SELECTING -> Math.min(deadline, offer == null ? nextSend : Math.min(holdUntil, nextSend));
            case REQUESTING ->
                Math.min(deadline, probes < PROBES && isProbed() ? Math.min(nextProbe, nextSend) : nextSend);
            case PROBING -> Math.min(deadline, nextProbe);
            case GRANTED, FAILED -> Long.MAX_VALUE;
        };
    }

    @Override
    public void act(long now) {
        switch (stage) {
            case SELECTING -> select(now);
            case REQUESTING -> {
                probe(now);
                if (now >= nextSend) {
                    request(now);
                }
            }
            case PROBING -> {
                if (now >= nextProbe && probes == PROBES) {
                    stage = Stage.GRANTED;
                } else {
                    probe(now);
                }
            }
            case GRANTED, FAILED -> {}
        }
        if (now >= deadline && stage != Stage.GRANTED) {
            granted = null;
            stage = Stage.FAILED;
        }
    }

    private void select(long now) {
        var held = offer;
        if (held != null && now >= holdUntil) {
            take(held, now);
        } else if (now >= nextSend) {
            if (rebooting && remembered != null) {
                send(client.reboot(rebootXid, seconds(now), remembered), "REQUEST for " + remembered);
            }
            boolean asksForAck = discovers++ < RAPID_DISCOVERS;
            rapid |= asksForAck;
            send(client.discover(xid, seconds(now), asksForAck, remembered), "DISCOVER");
            sendAgainLater(now);
        }
    }

    private void take(Terms terms, long now) {
        offer = terms;
        claimed = true;
        stage = Stage.REQUESTING;
        rebooting = false;
        requests = 0;
        delay = FIRST_DELAY;
        startProbing(now);
        request(now);
    }

    private void request(long now) {
        var wanted = offer;
        if (wanted == null || requests++ == REQUESTS) {
            startOver(now);
            return;
        }
        send(
                client.select(xid, seconds(now), wanted),
                "REQUEST for " + wanted.address().address());
        sendAgainLater(now);
    }

    /** Asks anew, each time after twice the time: a server that always refuses is not to be asked for ever faster, one whose addresses others have not for all of them. */
    private void startOver(long now) {
        stage = Stage.SELECTING;
        offer = null;
        claimed = false;
        granted = null;
        holder = null;
        probes = 0;
        xid = random.nextInt();
        rebootXid = xid + 1;
        rapid = false;
        delay = FIRST_DELAY;
        nextSend = now + restartDelay;
        restartDelay = Math.min(2 * restartDelay, LONGEST_DELAY);
    }

    private boolean isProbed() {
        return offer != null && !offer.address().address().equals(remembered);
    }

    private void startProbing(long now) {
        probes = 0;
        holder = null;
        nextProbe = now;
        probe(now);
    }

    private void probe(long now) {
        var terms = offer;
        if (terms != null && isProbed() && probes < PROBES && now >= nextProbe) {
            outgoing.add(new Outgoing.Probe(client.mac(), terms.address().address()));
            probes++;
            nextProbe = now + PROBE_INTERVAL;
        }
    }

    private int seconds(long now) {
        return (int) ((now - start) / 1000);
    }

    private void send(DhcpMessage message, String name) {
        outgoing.add(Outgoing.Datagram.toAll(message));
        account.asked(name);
    }

    private void sendAgainLater(long now) {
        nextSend = now + delay + random.nextInt(delay / 4);
        delay = Math.min(2 * delay, LONGEST_DELAY);
    }

    @Override
    public void hear(UdpFrame frame, long now) {
        var message = frame.message();
        boolean answersReboot = rebooting && message.xid() == rebootXid && stage == Stage.SELECTING;
        if (isOver() || (message.xid() != xid && !answersReboot) || !client.isMeant(message)) {
            return;
        }
        try {
            if (message.type() == MessageType.NAK) {
                refused(frame, answersReboot, now);
            } else if (answersReboot) {
                if (message.type() == MessageType.ACK) {
                    rebooted(Terms.of(frame));
                }
            } else if (stage == Stage.SELECTING) {
                offered(frame, now);
            } else if (stage == Stage.REQUESTING && message.type() == MessageType.ACK) {
                acknowledged(Terms.of(frame), now);
            }
        } catch (Unacceptable | MalformedMessage e) {
            account.heard(frame.source() + " " + e.getMessage());
        }
    }

    private void offered(UdpFrame frame, long now) {
        var message = frame.message();
        if (message.type() == MessageType.OFFER) {
            var terms = Terms.of(frame);
            if (onlyLooks) {
                granted = terms;
                stage = Stage.GRANTED;
            } else if (rebooting && !terms.address().address().equals(remembered)) {
                if (offer == null) {
                    offer = terms;
                    holdUntil = now + HOLD;
                }
            } else {
                take(terms, now);
            }
        } else if (message.type() == MessageType.ACK
                && rapid
                && message.options().has(Code.RAPID_COMMIT)) {
            var terms = Terms.of(frame);
            rebooting = false;
            offer = terms;
            claimed = true;
            stage = Stage.REQUESTING;
            startProbing(now);
            acknowledged(terms, now);
        }
    }

    private void rebooted(Terms terms) {
        if (!terms.address().address().equals(remembered)) {
            throw new Unacceptable("gave " + terms.address().address() + " for " + remembered);
        }
        granted = terms;
        stage = Stage.GRANTED;
    }

    private void acknowledged(Terms terms, long now) {
        var wanted = offer;
        if (wanted == null || !terms.server().equals(wanted.server())) {
            throw new Unacceptable("acknowledged what it had not offered");
        }
        if (!terms.address().address().equals(wanted.address().address())) {
            startOver(now);
            throw new Unacceptable("offered " + wanted.address().address() + " and gave "
                    + terms.address().address());
        }
        granted = terms;
        offer = terms;
        if (!isProbed()) {
            stage = Stage.GRANTED;
        } else if (holder != null) {
            decline(terms, holder, now);
        } else {
            stage = Stage.PROBING;
        }
    }

    private void refused(UdpFrame frame, boolean answersReboot, long now) {
        var options = frame.message().options();
        var server = options.address(Code.SERVER_IDENTIFIER);
        var reason = options.text(Code.MESSAGE);
        var said = reason == null || reason.isEmpty() ? "" : " (\"" + reason + "\")";
        if (answersReboot) {
            rebooting = false;
            account.heard(frame.source() + " refused " + remembered + said);
            var held = offer;
            if (held != null) {
                take(held, now);
            }
        } else if (stage == Stage.REQUESTING && offer != null && offer.server().equals(server)) {
            account.heard(frame.source() + " refused " + offer.address().address() + said);
            startOver(now);
        }
    }

    @Override
    public void hear(ArpFrame frame, long now) {
        var terms = offer;
        if (terms == null
                || !listensToArp()
                || !frame.isConflict(client.mac(), terms.address().address())) {
            return;
        }
        holder = frame.sender();
        if (stage == Stage.PROBING) {
            decline(terms, frame.sender(), now);
        }
    }

    private void decline(Terms terms, MacAddress other, long now) {
        account.heard(terms.server() + " gave " + terms.address().address() + ", which " + other + " has,");
        send(client.decline(random.nextInt(), terms), "DECLINE");
        startOver(now);
    }
}
