package dev.simurgh.benchmarks;

import dev.simurgh.conformance.ConformanceServer;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A conformance server in a process of its own, so that its CPU time can be told from the generator's. It ends with its standard input,
 * hence also when the generator is killed.
 */
final class OwnServer implements AutoCloseable {
    private static final String MEMORY = "memory";
    private static final int ENOUGH_COLLECTIONS = 3;

    private final Process process;
    private final BufferedReader answers;
    private final int port;

    /**
     * What a server holds after garbage collection.
     *
     * @param heap bytes of live objects
     * @param buffers bytes of buffers outside the heap, those that a pool keeps for later included
     */
    record Memory(long heap, long buffers) {}

    private OwnServer(Process process) throws IOException {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.port = Integer.parseInt(answer());
    }

    /**
     * Starts a server with this Java and class path, on a free port of the loopback address.
     *
     * @param on what carries it, as {@link ConformanceServer#carriers()} has it
     * @param javaOptions further options, such as {@code -Xmx1g}
     * @param data what it keeps topics in; empty for its memory
     */
    static OwnServer start(String on, String javaOptions, String data) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 24) {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        if (!javaOptions.isBlank()) {
            command.addAll(List.of(javaOptions.strip().split("\\s+")));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), OwnServer.class.getName()));
        command.addAll(List.of("--on", on, "--port", "0"));
        if (!data.isEmpty()) {
            command.addAll(List.of("--data", data));
        }
        return new OwnServer(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    String url() {
        return "ws://127.0.0.1:" + port + "/socket/websocket";
    }

    long pid() {
        return process.pid();
    }

    /** Collects its garbage, and tells what is left. */
    Memory memory() throws IOException {
        OutputStream questions = process.getOutputStream();
        questions.write((MEMORY + "\n").getBytes(StandardCharsets.UTF_8));
        questions.flush();
        String[] parts = answer().split(" ", -1);
        return new Memory(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("its own server has ended (expected: one that runs)");
        }
        return line;
    }

    @Override
    public void close() {
        end(process);
    }

    /** Ends a process, by force if it takes more than five seconds. */
    static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The server's side: tells its port, answers questions until there are no more, and ends. */
    public static void main(String[] args) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err); // what is logged must not be taken for an answer
        answers.println(ConformanceServer.start(args).port());
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            if (line.equals(MEMORY)) {
                answers.println(heap() + " " + buffers());
            }
        }
        System.exit(0);
    }

    /** Collects the garbage of this process; returns the bytes of what is left. */
    static long heap() {
        for (int i = 0; i < ENOUGH_COLLECTIONS; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** By the JDK, of which web containers have theirs, or by Netty, if it has taken its own past the JDK. */
    private static long buffers() {
        long jdk = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return Math.max(jdk, PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory());
    }
}
