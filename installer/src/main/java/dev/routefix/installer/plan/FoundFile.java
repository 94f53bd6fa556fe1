package dev.routefix.installer.plan;

/**
 * A file on the host.
 *
 * @param digest SHA-256 in hexadecimal; empty for what is no regular file, such as a link
 * @param ours whether we put it there and nobody has changed it since
 */
public record FoundFile(String digest, boolean executable, boolean ours) {}
