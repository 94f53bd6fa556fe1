package dev.routefix.lab.cri;

/** A pod's sandbox as the runtime lists it. */
public record Sandbox(String id, String pod, String namespace, State state) {

    /** {@code PodSandboxState} of CRI's api.proto. */
    public enum State {
        READY,
        NOT_READY
    }

    /** Of a {@code PodSandbox} or a {@code PodSandboxStatus}, whose first fields are the same. */
    static Sandbox of(Message message) {
        Message metadata = message.message(2);
        return new Sandbox(
                message.text(1), metadata.text(1), metadata.text(3), State.values()[(int) message.number(3)]);
    }
}
