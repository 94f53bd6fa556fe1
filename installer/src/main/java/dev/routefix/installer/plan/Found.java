package dev.routefix.installer.plan;

import dev.routefix.attachment.Attachment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is on the node of the things we put there.
 *
 * @param runtimes by build
 * @param files by path: those we might want, and conflists of ours under other names
 * @param networks names of the files in the runtime's configuration directory that it would read
 * @param oldLinks interfaces that we made under other names
 * @param settings by name; settings that do not exist are left out
 * @param rules the chains that ours go to; a mode that nobody uses, and a chain that could not be looked at, is left out
 * @param dhcpDaemon whether pods can reach one
 * @param cutOff attached pods that lack something of what they were set up with, on the node or in themselves
 * @param hostPorts whether the table with the ports of the node is as the pods' records say
 * @param unread what could not be looked at and why, one line each; the rest is here all the same
 * @param otherLinks the node's interfaces of its other networks, where it has several
 * @param ways by which pods leave LANs on which the node's default route is not; none where nobody asked
 */
public record Found(
        Map<String, FoundRuntime> runtimes,
        Map<Path, FoundFile> files,
        List<String> networks,
        @Nullable HostLink link,
        List<HostLink> oldLinks,
        Map<String, String> settings,
        Map<Rule.Mode, Map<Rule.Chain, ChainListing>> rules,
        boolean dhcpDaemon,
        List<Attachment> cutOff,
        HostPortState hostPorts,
        List<String> unread,
        List<HostLink> otherLinks,
        LanWay ways) {

    /** How the table is in which ports of the node lead to pods. */
    public enum HostPortState {
        NONE,
        /** And as it should be. */
        THERE,
        /** It says something else than the records, or is missing. */
        DIFFERENT
    }

    /** Of a node with one network, without ports that lead to pods. */
    public Found(
            Map<String, FoundRuntime> runtimes,
            Map<Path, FoundFile> files,
            List<String> networks,
            @Nullable HostLink link,
            List<HostLink> oldLinks,
            Map<String, String> settings,
            Map<Rule.Mode, Map<Rule.Chain, ChainListing>> rules,
            boolean dhcpDaemon,
            List<Attachment> cutOff,
            List<String> unread) {
        this(
                runtimes,
                files,
                networks,
                link,
                oldLinks,
                settings,
                rules,
                dhcpDaemon,
                cutOff,
                HostPortState.NONE,
                unread,
                List.of(),
                LanWay.NONE);
    }

    public Found {
        runtimes = Map.copyOf(runtimes);
        files = Map.copyOf(files);
        networks = List.copyOf(networks);
        oldLinks = List.copyOf(oldLinks);
        settings = Map.copyOf(settings);
        rules = Map.copyOf(rules);
        cutOff = List.copyOf(cutOff);
        unread = List.copyOf(unread);
        otherLinks = List.copyOf(otherLinks);
    }

    /** The node's interface of each network that has one. */
    public List<HostLink> links() {
        return Wanted.firstAnd(link, otherLinks);
    }

    /**
     * The same with what was found of another network of the node.
     *
     * @param other has nothing of what all networks share: runtimes, rules, ports
     */
    public Found and(Found other) {
        var allFiles = new HashMap<>(files);
        allFiles.putAll(other.files);
        var allSettings = new HashMap<>(settings);
        allSettings.putAll(other.settings);
        var allUnread = new LinkedHashSet<>(unread);
        allUnread.addAll(other.unread);
        return new Found(
                runtimes,
                allFiles,
                networks,
                link,
                oldLinks,
                allSettings,
                rules,
                dhcpDaemon,
                Wanted.joined(cutOff, other.cutOff),
                hostPorts,
                List.copyOf(allUnread),
                Wanted.joined(otherLinks, other.links()),
                ways);
    }

    /** What is found of the node, as far as it is about one of its networks, of which {@code own} was found. */
    public Found about(Found own) {
        return new Found(
                runtimes,
                files,
                own.networks,
                own.link,
                List.of(),
                settings,
                rules,
                dhcpDaemon,
                own.cutOff,
                hostPorts,
                unread,
                List.of(),
                ways);
    }

    /** A chain that ours go to, or null if it was not looked at. */
    @Nullable
    ChainListing listing(Rule.Mode mode, Rule.Chain chain) {
        return rules.getOrDefault(mode, Map.of()).get(chain);
    }

    /** Of it, what only packets need. */
    public Found dataPlane() {
        return new Found(
                Map.of(),
                Map.of(),
                List.of(),
                link,
                oldLinks,
                Map.of(),
                rules,
                false,
                List.of(),
                hostPorts,
                unread,
                otherLinks,
                ways);
    }

    /** The same for a node of whose interfaces only some are ours to take away. */
    public Found withLinks(List<HostLink> ours) {
        return new Found(
                runtimes,
                files,
                networks,
                null,
                oldLinks,
                settings,
                rules,
                dhcpDaemon,
                cutOff,
                hostPorts,
                unread,
                ours,
                ways);
    }
}
