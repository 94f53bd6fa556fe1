package dev.routefix.installer;

import dev.routefix.attachment.Attachments;
import dev.routefix.dhcp.client.LeaseStanding;
import dev.routefix.dhcp.client.Leases;
import dev.routefix.installer.doctor.Diagnosis;
import dev.routefix.installer.metrics.MetricSource;
import java.util.List;

/** What Prometheus is told of the resident, as it is now. */
record ResidentSource(Health health, Attachments attachments, Leases keeper, int warmLeasesWanted, NodeLife life)
        implements MetricSource {

    @Override
    public boolean isReady() {
        return health.trouble().isEmpty();
    }

    @Override
    public int attached() {
        return attachments.all().size();
    }

    @Override
    public List<LeaseStanding> leases() {
        return keeper.standings();
    }

    @Override
    public Diagnosis doctor() {
        return life.doctor(null, health.trouble());
    }
}
