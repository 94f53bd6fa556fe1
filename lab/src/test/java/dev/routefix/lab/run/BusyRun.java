package dev.routefix.lab.run;

import dev.routefix.lab.Lan;
import dev.routefix.lab.net.Netns;
import java.nio.file.Path;

/** A JVM that uses everything the lab has and then waits to be killed. */
final class BusyRun {
    private BusyRun() {}

    public static void main(String[] args) throws InterruptedException {
        System.out.println(Run.current().id());
        Lan lan = Lan.open();
        lan.node(1).dhcp();
        Path mounted = Run.current().directory("mounted");
        Command.of("mount", "-t", "tmpfs", "tmpfs", mounted.toString()).run();
        Netns pod = Netns.create("pod");
        // Without the mark in its environment it is still found by its namespace.
        pod.command("env", "-i", "sleep", "1000").start(mounted.resolve("log"));
        System.out.println("busy");
        Thread.currentThread().join();
    }
}
