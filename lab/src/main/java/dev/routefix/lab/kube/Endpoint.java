package dev.routefix.lab.kube;

/** A pod behind a Service, and the name of the node it is on. */
public record Endpoint(String address, int port, String node) {
    String text() {
        return address + ":" + port;
    }
}
