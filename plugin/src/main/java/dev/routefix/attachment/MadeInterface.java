package dev.routefix.attachment;

import dev.routefix.cni.AttachmentId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An interface that we make ourselves, with all that it takes to give its addresses back where no DEL comes that brings it along.
 *
 * @param network the {@code name} of the network configuration
 * @param environment what ADD was called with, as far as it concerns CNI and plugins we execute
 * @param conf the configuration of that ADD
 * @param given what IPAM gave, as it said it
 */
public record MadeInterface(
        AttachmentId id,
        String network,
        Map<String, String> environment,
        Map<String, @Nullable Object> conf,
        Map<String, @Nullable Object> given) {}
