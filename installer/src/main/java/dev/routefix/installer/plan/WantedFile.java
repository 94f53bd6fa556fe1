package dev.routefix.installer.plan;

import java.nio.file.Path;

/** A file as it should be; owned by root, and executable by all or readable by all. */
public record WantedFile(Path path, Content content, boolean executable) {

    boolean isMet(FoundFile found) {
        return found.digest().equals(content.digest()) && found.executable() == executable;
    }
}
