package dev.simurgh.cluster.jgroups;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A {@link CarrierMain} in a process of its own. */
final class CarrierProcess implements AutoCloseable {
    final String address;
    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private volatile int met;
    private volatile long received;

    /** Starts one, with options of the JVM. */
    CarrierProcess(List<String> options, String address, String... arguments) {
        this.address = address;
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
        command.addAll(options);
        command.add(CarrierMain.class.getName());
        command.add(address);
        command.addAll(Arrays.asList(arguments));
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread reader = new Thread(this::read, "output of " + address);
        reader.setDaemon(true);
        reader.start();
    }

    CarrierProcess(String address, String... arguments) {
        this(List.of(), address, arguments);
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("nodes ")) {
                    met = Integer.parseInt(line.substring(6));
                } else if (line.startsWith("got ")) {
                    received = Long.parseLong(line.substring(4));
                } else {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            lines.add(e.toString()); // it was killed
        }
    }

    int met() {
        return met;
    }

    /** How many messages have come, in thousands. */
    long received() {
        return received;
    }

    void command(String command) {
        try {
            process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean has(String line) {
        return lines.contains(line);
    }

    /** Sends a signal, such as STOP or CONT. */
    void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
            if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new IllegalStateException("kill -" + signal + " " + address);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kills it. */
    @Override
    public void close() {
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        return address + " " + lines;
    }
}
