package dev.routefix.installer.faults;

import static dev.routefix.installer.faults.Noticed.AT_ONCE;
import static dev.routefix.installer.faults.Noticed.BY_THE_CHECK;
import static dev.routefix.installer.faults.Noticed.BY_THE_LONG_CHECK;
import static dev.routefix.installer.faults.Noticed.BY_THE_NEXT_CALL;
import static dev.routefix.installer.faults.Noticed.BY_THE_NEXT_START;

import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is done to a node, in the words of docs/operations.md, whose table is made from this. Each is followed by the same questions: is the node as it
 * was, does the connection go on that was open before, does a new one work?
 */
@SuppressWarnings("ImmutableEnumChecker") // a blow has no state
enum Fault {
    MAC0_DELETED("mac0 is deleted", AT_ONCE, "create mac0", site -> site.ip("link delete mac0")),
    MAC0_DOWN("mac0 is set down", AT_ONCE, "set mac0 up again", site -> site.ip("link set mac0 down")),
    MAC0_FLAPS(
            "mac0 is set down and up, which drops the ways to all pods",
            AT_ONCE,
            "reconnect pod",
            site -> site.ip("link set mac0 down", "link set mac0 up")),
    MAC0_WITHOUT_ADDRESS(
            "mac0 loses its address",
            AT_ONCE,
            "give mac0 its address 169.254.1.1/32",
            site -> site.ip("address flush dev mac0 scope link")),
    MAC0_WITH_ANOTHER_ADDRESS(
            "somebody gives mac0 another address, which is left alone, and takes it away again",
            AT_ONCE,
            "mac0 has the address 169.254.7.7/32",
            site -> site.ip("address add 169.254.7.7/32 dev mac0"),
            site -> site.ip("address delete 169.254.7.7/32 dev mac0")),
    MAC0_MULTICAST(
            "mac0 is set to be used for multicast",
            AT_ONCE,
            "set mac0 multicast off again",
            site -> site.ip("link set mac0 multicast on")),
    MAC0_MTU("mac0 gets another mtu", AT_ONCE, "give mac0 its parent's mtu", site -> site.ip("link set mac0 mtu 1400")),
    MAC0_WITH_ANOTHER_MAC(
            "mac0 gets another hardware address",
            AT_ONCE,
            "give mac0 its hardware address",
            site -> site.ip("link set mac0 address 02:00:00:00:00:99")),
    MAC0_ARP(
            "mac0 is set to ask and answer ARP",
            AT_ONCE,
            "set mac0 noarp again",
            site -> site.ip("link set mac0 arp on")),
    SEND_REDIRECTS(
            "send_redirects of mac0 is switched on",
            BY_THE_CHECK,
            "set net.ipv4.conf.mac0.send_redirects=0",
            site -> site.netns().sysctl("net/ipv4/conf/mac0/send_redirects", "1")),
    FORWARDING(
            "forwarding of the parent is switched off",
            BY_THE_CHECK,
            "set net.ipv4.conf.eth0.forwarding=1",
            site -> site.netns().sysctl("net/ipv4/conf/eth0/forwarding", "0")),
    IPV6(
            "IPv6 of mac0 is switched on",
            BY_THE_CHECK,
            "set net.ipv6.conf.mac0.disable_ipv6=1",
            site -> site.netns().sysctl("net/ipv6/conf/mac0/disable_ipv6", "0")),
    IP_FORWARD(
            "ip_forward of the node is switched off",
            BY_THE_CHECK,
            "set net.ipv4.ip_forward=1",
            site -> site.netns().sysctl("net/ipv4/ip_forward", "0")),
    PARENT_DOWN(
            "the parent goes down and comes up",
            AT_ONCE,
            "MASTER_IFACE eth0 is down",
            site -> site.ip("link set eth0 down"),
            site -> {
                site.ip(
                        "link set eth0 up",
                        "route add default via " + site.lan().router().address());
                site.announce();
            }),
    PARENT_RENAMED(
            "the parent is renamed and gets its name back",
            AT_ONCE,
            "MASTER_IFACE eth0 does not exist on this node",
            site -> site.ip("link set eth0 name lan9"),
            site -> site.ip("link set lan9 name eth0")),
    FORWARD_FLUSHED(
            "the chain FORWARD is flushed",
            AT_ONCE,
            "add iptables rule (nft) FORWARD",
            site -> site.host().iptables("nft", "-F", "FORWARD"),
            Site::serve),
    POSTROUTING_FLUSHED(
            "the chain POSTROUTING is flushed",
            AT_ONCE,
            "add iptables rule (nft) POSTROUTING",
            site -> site.host().iptables("nft", "-t", "nat", "-F", "POSTROUTING"),
            Site::serve),
    RULE_NOT_FIRST(
            "somebody puts a rule before ours",
            AT_ONCE,
            "delete iptables rule (nft) FORWARD",
            site -> site.host()
                    .iptables("nft", "-I", "FORWARD", "-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP"),
            site -> site.host()
                    .iptables("nft", "-D", "FORWARD", "-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP")),
    FILTER_RESTORED(
            "the whole table filter is loaded anew without our rules (iptables-restore)",
            AT_ONCE,
            "add iptables rule (nft) FORWARD",
            site -> Places.restoreWithoutOurs(site, "filter")),
    NAT_RESTORED(
            "the whole table nat is loaded anew without our rule (iptables-restore)",
            AT_ONCE,
            "add iptables rule (nft) POSTROUTING",
            site -> Places.restoreWithoutOurs(site, "nat"),
            Places::letKubeProxyBeFirst),
    MANGLE_FLUSHED(
            "the chain FORWARD of the table mangle is flushed",
            AT_ONCE,
            "add iptables rule (nft) mangle FORWARD",
            site -> site.host().iptables("nft", "-t", "mangle", "-F", "FORWARD")),
    CONFLIST_REMOVED(
            "the conflist is removed",
            AT_ONCE,
            "write /etc/cni/net.d/0-route-fix.conflist",
            site -> Files.delete(site.host().conflist())),
    CONFLIST_CHANGED(
            "the conflist is changed in place",
            AT_ONCE,
            "write /etc/cni/net.d/0-route-fix.conflist",
            site -> Files.writeString(site.host().conflist(), "{\"cniVersion\": \"1.0.0\", \"na")),
    CONFLIST_REPLACED(
            "another writer puts its own conflist in the place of ours",
            AT_ONCE,
            "write /etc/cni/net.d/0-route-fix.conflist",
            site -> Places.replace(
                    site.host().conflist(),
                    "{\"cniVersion\":\"1.0.0\",\"name\":\"other\",\"plugins\":[{\"type\":\"bridge\"}]}")),
    PLUGIN_REMOVED(
            "the plugin is removed", AT_ONCE, "write /opt/cni/bin/route-fix", site -> Files.delete(site.plugin())),
    PLUGIN_CHANGED(
            "the plugin is overwritten in place",
            AT_ONCE,
            "write /opt/cni/bin/route-fix",
            site -> Files.writeString(site.plugin(), "#!/bin/sh\nexit 1\n")),
    PLUGIN_LINKED(
            "the plugin becomes a symbolic link to a multi-call binary, as on k3s",
            AT_ONCE,
            "write /opt/cni/bin/route-fix",
            Places::linkToTheMultiCallBinary,
            Places::theMultiCallBinaryIsAsItWas),
    PLUGIN_BUSY(
            "the plugin is replaced by a program that is running (\"text file busy\")",
            AT_ONCE,
            "write /opt/cni/bin/route-fix",
            Places::runAnotherProgram,
            Site::endWhatRunsBeside),
    RUNTIME_DAMAGED(
            "a file of the runtime on the host is truncated",
            BY_THE_LONG_CHECK,
            "put runtime",
            site -> Files.writeString(site.host().binDir().resolve(".route-fix/0.1.0-test/bin/ld.so"), "")),
    RUNTIME_REMOVED("the runtime on the host is removed", AT_ONCE, "put runtime", Places::removeTheRuntime),
    LOOPBACK_PLUGIN_REMOVED(
            "the plugin loopback that we brought is removed",
            AT_ONCE,
            "write /opt/cni/bin/loopback",
            site -> Files.delete(site.host().binDir().resolve("loopback"))),
    ROUTE_LOST(
            "the node's route to a pod is deleted",
            BY_THE_CHECK,
            "reconnect pod",
            site -> site.ip("route delete " + site.the("web").address() + " dev mac0")),
    NEIGHBOUR_LOST(
            "the node's neighbour entry of a pod is deleted",
            BY_THE_CHECK,
            "reconnect pod",
            site -> site.ip("neigh delete " + site.the("web").address() + " dev mac0")),
    DISK_FULL(
            "CNI_BIN_DIR is full while the plugin and mac0 are gone",
            BY_THE_CHECK,
            "cannot write /opt/cni/bin/route-fix: No space left on device",
            Places::fillTheDisk,
            Places::makeRoom),
    DISK_READ_ONLY(
            "CNI_BIN_DIR is read-only while the plugin and mac0 are gone",
            BY_THE_CHECK,
            "cannot write /opt/cni/bin/route-fix: Read-only file system",
            Places::makeReadOnly,
            Places::makeWritable),
    ADDRESS_REUSED(
            "a pod gets the address of a dead one before that one's DEL comes",
            BY_THE_NEXT_CALL,
            "which has not been deleted: the runtime owes its DEL",
            Scenes::addressReused),
    RESIDENT_KILLED(
            "the resident is killed (SIGKILL), and pods come and go before it is back",
            BY_THE_NEXT_START,
            "looking after it",
            Scenes::killedWhileIdle),
    RESIDENT_KILLED_AT_WORK(
            "the resident is killed in the midst of 50 ADDs at once",
            BY_THE_NEXT_START,
            "looking after it",
            Scenes::killedAtWork),
    RESIDENT_STOPPED(
            "the resident is stopped (SIGTERM), and pods come and go before it is back",
            BY_THE_NEXT_START,
            "looking after it",
            Scenes::stopped),
    REBOOT(
            "the node reboots: pods ask before the container is there",
            BY_THE_NEXT_START,
            "create mac0",
            Scenes::reboot,
            null,
            "the node's pods, as in every reboot; new ones come up without a manual step"),
    PARENT_RECREATED(
            "the parent is deleted and made anew",
            AT_ONCE,
            "MASTER_IFACE eth0 does not exist on this node",
            Scenes::parentRecreated,
            null,
            "the interfaces of the node's pods, which the kernel deletes with it: delete these pods, new ones work");

    /** A sentence, as the suite and the docs have it. */
    final String what;

    final Noticed noticed;
    /** The part of the log's line that tells this fault from others, with the usual paths. */
    final String log;

    final Strike strike;
    /** What others do about it, which is not upon us; null where nobody need do anything. */
    final @Nullable Strike mend;
    /** What nobody can save, and what to do about it; null for nothing. */
    final @Nullable String lost;

    Fault(String what, Noticed noticed, String log, Strike strike) {
        this(what, noticed, log, strike, null, null);
    }

    Fault(String what, Noticed noticed, String log, Strike strike, Strike mend) {
        this(what, noticed, log, strike, mend, null);
    }

    Fault(String what, Noticed noticed, String log, Strike strike, @Nullable Strike mend, @Nullable String lost) {
        this.what = what;
        this.noticed = noticed;
        this.log = log;
        this.strike = strike;
        this.mend = mend;
        this.lost = lost;
    }
}
