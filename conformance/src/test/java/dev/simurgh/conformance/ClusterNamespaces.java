package dev.simurgh.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Machines of their own, as programs see it: network namespaces on one switch, from which each can be cut off without a word. */
final class ClusterNamespaces implements AutoCloseable {
    private static final String NETWORK = "10.177.0.";

    private final String ip = ClientTools.required("ip");
    private final String tag = "simurgh-" + ProcessHandle.current().pid() + "-";
    private final String hub = tag + "switch";
    private final Deque<String> made = new ArrayDeque<>();

    /** Makes machines, numbered from 1. Where that is not allowed, the test is skipped, or fails if {@code CI=true}. */
    ClusterNamespaces(int machines) throws IOException {
        try {
            add(hub);
            run("-n", hub, "link", "add", "hub", "type", "bridge");
            run("-n", hub, "link", "set", "hub", "up");
            for (int machine = 1; machine <= machines; machine++) {
                add(name(machine));
                plug(machine);
            }
        } catch (IOException e) {
            close();
            ClientTools.require(false, "network namespaces cannot be made: " + e.getMessage());
        }
    }

    private void add(String namespace) throws IOException {
        run("netns", "add", namespace);
        made.push(namespace);
        run("-n", namespace, "link", "set", "lo", "up");
    }

    private void plug(int machine) throws IOException {
        run("-n", hub, "link", "add", port(machine), "type", "veth", "peer", "name", "eth0", "netns", name(machine));
        run("-n", hub, "link", "set", port(machine), "up");
        run("-n", name(machine), "addr", "add", address(machine) + "/24", "dev", "eth0");
        run("-n", name(machine), "link", "set", "eth0", "up");
        heal(machine);
    }

    private String name(int machine) {
        return tag + machine;
    }

    private static String port(int machine) {
        return "port" + machine;
    }

    String address(int machine) {
        return NETWORK + machine;
    }

    /** The command that starts another on this machine. */
    String[] on(int machine) {
        return new String[] {ip, "netns", "exec", name(machine)};
    }

    /** From now on nothing reaches the machine or leaves it, and nobody is told. */
    void cut(int machine) throws IOException {
        run("-n", hub, "link", "set", port(machine), "nomaster");
    }

    void heal(int machine) throws IOException {
        run("-n", hub, "link", "set", port(machine), "master", "hub");
    }

    private void run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(ip));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.onExit().orTimeout(10, TimeUnit.SECONDS).join().exitValue();
        if (exit != 0) {
            throw new IOException(String.join(" ", command) + ": " + said.strip());
        }
    }

    @Override
    public void close() throws IOException {
        while (!made.isEmpty()) {
            run("netns", "del", made.pop());
        }
    }
}
