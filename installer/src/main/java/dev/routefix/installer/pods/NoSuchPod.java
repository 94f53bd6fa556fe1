package dev.routefix.installer.pods;

/** Somebody asks for a pod that is not attached. The message names those that are. */
public final class NoSuchPod extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public NoSuchPod(String message) {
        super(message, null, false, false);
    }
}
