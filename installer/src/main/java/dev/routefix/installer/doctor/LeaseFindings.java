package dev.routefix.installer.doctor;

import dev.routefix.dhcp.lease.Lease;
import dev.routefix.dhcp.lease.Lease.Moment;
import dev.routefix.installer.plan.Finding;
import java.time.Duration;
import java.util.List;

/** What is wrong with a pod's lease. The resident renews each at half of its time. */
final class LeaseFindings {

    private LeaseFindings() {}

    /** @param subject the pod */
    static List<Finding> of(String subject, Lease lease, Moment now) {
        if (!lease.terms().isKnown() || lease.terms().isForever()) {
            return List.of();
        }
        long left = lease.end(now) - now.sinceBoot();
        var server = "its DHCP server " + lease.terms().server();
        if (left <= 0) {
            return List.of(Finding.told(
                    subject,
                    "the pod has lost " + lease.terms().address().address(),
                    "the lease has ended " + time(-left) + " ago, and " + server + " has not renewed it",
                    "have the server run and answer on UDP port 67: the address comes back by itself; or delete the pod, to have"
                            + " another server give its successor an address"));
        }
        if (now.sinceBoot() >= lease.rebinding(now)) {
            return List.of(Finding.told(
                    subject,
                    "the pod loses " + lease.terms().address().address() + " in " + time(left),
                    server + " has not renewed the lease for " + time(now.sinceBoot() - lease.renewal(now))
                            + " although it is asked again and again",
                    "have the server run and answer on UDP port 67, or any other that knows its leases"));
        }
        return List.of();
    }

    /** As people say it, in one unit. */
    static String time(long milliseconds) {
        var time = Duration.ofMillis(milliseconds);
        if (time.toMinutes() < 2) {
            return time.toSeconds() + " s";
        }
        return time.toHours() < 2 ? time.toMinutes() + " min" : time.toHours() + " h";
    }
}
