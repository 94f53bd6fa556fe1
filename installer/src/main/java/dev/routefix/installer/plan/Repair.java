package dev.routefix.installer.plan;

import dev.routefix.attachment.Attachment;
import dev.routefix.netlink.Change;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One step that brings the node closer to what is wanted. Each is complete in itself; its text is what the log says of it. */
public sealed interface Repair {

    record PutRuntime(String build) implements Repair {
        @Override
        public String toString() {
            return "put runtime " + build + " on the host";
        }
    }

    record RemoveRuntime(String build) implements Repair {
        @Override
        public String toString() {
            return "remove runtime " + build;
        }
    }

    /**
     * Puts a file in place.
     *
     * @param recorded whether the file is to be remembered as ours, because others have files of that name too
     */
    record WriteFile(WantedFile file, boolean recorded) implements Repair {
        @Override
        public String toString() {
            return "write " + file.path();
        }
    }

    record RemoveFile(Path path) implements Repair {
        @Override
        public String toString() {
            return "remove " + path;
        }
    }

    /**
     * Makes the interface.
     *
     * @param settings the kernel's about it, which have to be made before it is up and takes what the LAN sends
     */
    record CreateLink(HostLink link, Map<String, String> settings) implements Repair {
        @Override
        public String toString() {
            return "create " + link.name() + ": " + link.describe();
        }
    }

    /**
     * Changes the interface that is there.
     *
     * @param what is done, for the log
     */
    record ChangeLink(String what, List<Change> changes) implements Repair {
        @Override
        public String toString() {
            return what;
        }
    }

    record Set(String name, String value) implements Repair {
        @Override
        public String toString() {
            return "set " + name.replace('/', '.') + "=" + value;
        }
    }

    /** Changes a chain of a packet filter by a rule. */
    sealed interface ChangeRule extends Repair {

        Rule.Mode mode();

        Rule rule();

        /** What is done to the chain, in arguments of iptables that come before those of the rule. */
        List<String> how();
    }

    /**
     * Puts a rule into its chain.
     *
     * @param place counted from 1, or {@link #AT_THE_END}
     */
    record PutRule(Rule.Mode mode, Rule rule, int place) implements ChangeRule {

        public static final int AT_THE_END = 0;

        @Override
        public List<String> how() {
            var chain = rule.chain().hook;
            return place == AT_THE_END ? List.of("-A", chain) : List.of("-I", chain, Integer.toString(place));
        }

        @Override
        public String toString() {
            return "add iptables rule (" + mode.text() + ") " + rule;
        }
    }

    record DeleteRule(Rule.Mode mode, Rule rule) implements ChangeRule {
        @Override
        public List<String> how() {
            return List.of("-D", rule.chain().hook);
        }

        @Override
        public String toString() {
            return "delete iptables rule (" + mode.text() + ") " + rule;
        }
    }

    record StartDhcpDaemon() implements Repair {
        @Override
        public String toString() {
            return "start the dhcp daemon";
        }
    }

    /** Has the ports of the node lead where the pods' records say. */
    record OpenHostPorts() implements Repair {
        @Override
        public String toString() {
            return "have the node's ports lead to their pods";
        }
    }

    /** Takes away the table of nftables in which ports of the node lead to pods. */
    record ShutHostPorts() implements Repair {
        @Override
        public String toString() {
            return "remove the node's ports that led to pods";
        }
    }

    /** Makes a pod and the node's ways to it again what they were. */
    record Reconnect(Attachment attachment) implements Repair {
        @Override
        public String toString() {
            return "reconnect pod " + attachment.id() + " " + attachment.addresses();
        }
    }
}
