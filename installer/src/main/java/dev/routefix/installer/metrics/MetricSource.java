package dev.routefix.installer.metrics;

import dev.routefix.dhcp.client.LeaseStanding;
import dev.routefix.installer.doctor.Diagnosis;
import java.util.List;

/** The resident, as it is asked when Prometheus asks. */
public interface MetricSource {

    /** Whether a pod could be attached now. */
    boolean isReady();

    /** How many attachments there are. */
    int attached();

    List<LeaseStanding> leases();

    /** How many leases are to be held ready. */
    int warmLeasesWanted();

    /** A close look at the node, which takes seconds. */
    Diagnosis doctor();
}
