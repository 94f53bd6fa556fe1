package dev.routefix.dhcp.lease;

import dev.routefix.cni.AttachmentId;
import dev.routefix.dhcp.Granted;
import dev.routefix.dhcp.machine.Terms;
import org.jspecify.annotations.Nullable;

/**
 * An address that a server has given: to an attachment, or to a name that comes again and is not there now, or to nobody yet.
 *
 * @param attachment whose it is; null if it is nobody's now
 * @param pod the namespace and name of the pod that has it or had it, as in {@code default/web-0}; empty if it never was a pod's
 * @param parent the node's interface
 * @param given when it was
 */
public record Lease(
        @Nullable AttachmentId attachment, String pod, String parent, Identity identity, Terms terms, Moment given) {

    /**
     * A moment by two clocks: one that nobody can set, and one that goes on when the machine is off.
     *
     * @param boot which start of the machine the first is of
     * @param sinceBoot milliseconds
     * @param sinceEpoch milliseconds
     */
    public record Moment(String boot, long sinceBoot, long sinceEpoch) {

        /** When that was in milliseconds since the machine was started that is running now; less than 0 if it was before. */
        public long sinceStartOf(Moment now) {
            return boot.equals(now.boot) ? sinceBoot : now.sinceBoot - (now.sinceEpoch - sinceEpoch);
        }

        /** So long after it. */
        public Moment plus(long milliseconds) {
            return new Moment(boot, sinceBoot + milliseconds, sinceEpoch + milliseconds);
        }
    }

    /** When it ends, in milliseconds since the machine was started. */
    public long end(Moment now) {
        return terms.end(given.sinceStartOf(now));
    }

    /** When its server should be asked for more (T1), in milliseconds since the machine was started. */
    public long renewal(Moment now) {
        return terms.renewal(given.sinceStartOf(now));
    }

    /** When any server should be asked, as its own has not answered (T2), in milliseconds since the machine was started. */
    public long rebinding(Moment now) {
        return terms.rebinding(given.sinceStartOf(now));
    }

    /** Whether its server is to be told when its pod is gone, and nobody else is to have it. */
    public boolean isToBeGivenBack(Moment now) {
        return !identity.keepsItsLease() && terms.isKnown() && end(now) > now.sinceBoot();
    }

    public Granted granted() {
        return terms.granted(identity.client().mac());
    }

    /** The same one as an attachment's. */
    public Lease of(AttachmentId owner, String podName, Identity as) {
        return new Lease(owner, podName, parent, as, terms, given);
    }

    /** The same one as nobody's. */
    public Lease ofNobody() {
        return new Lease(null, pod, parent, identity, terms, given);
    }

    /** The same one with what a server has given since. */
    public Lease with(Terms newTerms, Moment at) {
        return new Lease(attachment, pod, parent, identity, newTerms, at);
    }

    /** What a user calls it. */
    public String name() {
        var whose = attachment == null ? "nobody" : pod.isEmpty() ? attachment.toString() : pod;
        return terms.address().address() + " of " + whose + " ("
                + identity.client().mac() + " on " + parent + ")";
    }
}
