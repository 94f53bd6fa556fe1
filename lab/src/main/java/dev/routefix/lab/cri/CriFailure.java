package dev.routefix.lab.cri;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** A call that the runtime refused or could not finish: the gRPC status that it answered. */
public final class CriFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Status.Code code;

    CriFailure(String method, StatusRuntimeException cause) {
        super(
                method + ": " + cause.getStatus().getCode() + ": "
                        + cause.getStatus().getDescription(),
                cause);
        this.code = cause.getStatus().getCode();
    }

    /** The status code by name, such as {@code NOT_FOUND}. */
    public String code() {
        return code.name();
    }
}
