package dev.routefix.lab.kube;

/** One TCP port of a Service of type LoadBalancer with {@code externalTrafficPolicy: Local}. */
public record LoadBalancer(String name, String clusterIp, String address, int port, int nodePort) {
    /** {@code default/web:http} on port 80, at this address of the LAN. */
    public static LoadBalancer at(String address) {
        return new LoadBalancer("default/web:http", "10.43.0.80", address, 80, 30080);
    }
}
