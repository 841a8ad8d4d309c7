package dev.simurgh.benchmarks;

import dev.simurgh.journal.Journal;
import dev.simurgh.journal.MemoryStore;
import dev.simurgh.journal.jdbc.JdbcStore;
import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.protocol.Payload;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What it costs to store entries and to read them again, without clients. */
@Command(
        name = "simurgh bench " + JournalBench.NAME,
        sortOptions = false,
        description = "Appends to a journal and reads what it has appended, and tells what that costs.",
        footer = "Exit status: 0 all well, 1 usage or set-up error, 2 entries are missing, or were not stored.")
final class JournalBench implements Callable<Integer> {
    static final String NAME = "journal";

    private static final String MEMORY = "memory";
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long MEMORY_BYTES = 1L << 30;

    @Option(
            names = "--data",
            defaultValue = "",
            paramLabel = "WHERE",
            description =
                    "a directory for an SQLite file that is deleted afterwards, jdbc:postgresql:..., whose database"
                            + " should be empty, or memory (default: SQLite, in the directory for temporary files)")
    private String data = "";

    @Option(names = "--streams", description = "written in turn (default: ${DEFAULT-VALUE})")
    private int streams = 50;

    @Option(
            names = "--window",
            split = ",",
            description = "appends outstanding, one measurement for each number (default: ${DEFAULT-VALUE})")
    private List<Integer> windows = List.of(1, 10, 100, 1000);

    @Option(names = "--payload", description = "bytes of a payload (default: ${DEFAULT-VALUE})")
    private int payload = 200;

    @Option(names = "--page", description = "entries that are read at once (default: ${DEFAULT-VALUE})")
    private int page = 100;

    @Option(names = "--seconds", description = "measured time, for each window (default: ${DEFAULT-VALUE})")
    private double seconds = 5;

    @Option(names = "--warmup", description = "load before that, once (default: ${DEFAULT-VALUE})")
    private double warmup = 3;

    @Option(names = "--json", description = "one JSON object on standard output, instead of lines")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this text")
    boolean help;

    private final PrintStream out;
    private final AtomicLong stored = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
    private final Measured self = Measured.self();
    private final Report report = new Report();

    JournalBench(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws Exception {
        BenchOptions.within("--streams", streams, 1, 1_000_000);
        windows.forEach(window -> BenchOptions.within("--window", window, 1, 65_536));
        BenchOptions.within("--payload", payload, Stamp.LENGTH, 1 << 20);
        BenchOptions.within("--page", page, 1, 100_000);
        BenchOptions.within("--seconds", seconds, 0.1, 3600);
        BenchOptions.within("--warmup", warmup, 0, 3600);
        if (data.startsWith("jdbc:")) {
            return measured(
                    JdbcStore.postgresql(data, System.getProperty("user.name"), "")
                            .open(),
                    null);
        }
        if (data.equals(MEMORY)) {
            return measured(MemoryStore.builder().maxBytes(MEMORY_BYTES).build(), null);
        }
        Path directory = data.isEmpty()
                ? Files.createTempDirectory("simurgh-bench")
                : Files.createTempDirectory(Path.of(data), "simurgh-bench");
        try {
            return measured(JdbcStore.sqlite(directory.resolve("journal.db")).open(), directory);
        } finally {
            delete(directory);
        }
    }

    private int measured(Store store, @Nullable Path directory) throws Exception {
        long heap = OwnServer.heap();
        try (Journal journal = Journal.builder(store).build()) {
            report.put("store", data.isEmpty() ? "sqlite" : data.replaceFirst("\\?.*", "")); // without a password
            report.put("streams", streams);
            report.put("payload_bytes", payload);
            append(journal, windows.get(windows.size() - 1), warmup, new ConcurrentHistogram(3));
            for (int window : windows) {
                append(journal, window);
            }
            if (directory != null) {
                report.put(
                        "file_bytes_per_entry",
                        size(directory) / Math.max(1, stored.get()),
                        "with what is not checkpointed yet");
            } else if (data.equals(MEMORY)) {
                report.put(
                        "heap_bytes_per_entry",
                        (OwnServer.heap() - heap) / Math.max(1, stored.get()),
                        "live objects only");
            }
            replay(journal);
        }
        Throwable failure = failed.get();
        if (failure != null) {
            report.put("first_error", String.valueOf(failure.getMessage()));
        }
        report.put("complete", failure == null);
        out.print(json ? report.json() + "\n" : report.text());
        out.flush();
        return failure == null ? Bench.OK : Bench.INCOMPLETE;
    }

    private void append(Journal journal, int window) throws InterruptedException {
        ConcurrentHistogram times = new ConcurrentHistogram(3);
        long before = stored.get();
        double cpu = self.cpuSeconds();
        double elapsed = append(journal, window, seconds, times);
        long appended = stored.get() - before;
        report.put("appends_per_s_at_" + window, appended / elapsed, 0, "a closed loop, so many outstanding");
        if (self.known()) {
            report.put(
                    "cpu_per_append_at_" + window + "_us",
                    Measured.micros(self.cpuSeconds() - cpu, appended),
                    2,
                    "of this process");
        }
        report.put("append_at_" + window, times);
    }

    /** Appends for some time; returns how long it took until the last was stored. */
    @SuppressWarnings("FutureReturnValueIgnored") // told to what is given to it
    private double append(Journal journal, int window, double time, ConcurrentHistogram times)
            throws InterruptedException {
        byte[] entry = ("{\"t\":\"" + "x".repeat(payload - KEYS) + "\"}").getBytes(StandardCharsets.US_ASCII);
        Semaphore free = new Semaphore(window);
        long began = System.nanoTime();
        long end = began + (long) (time * NANOS_PER_SECOND);
        long now = began;
        for (int i = 0; now < end && failed.get() == null; i++) {
            free.acquire();
            now = System.nanoTime();
            long from = now;
            journal.append("bench:" + i % streams, "bench", Payload.json(entry.clone(), 0, entry.length))
                    .whenComplete((position, failure) -> {
                        if (failure == null) {
                            stored.incrementAndGet();
                            times.recordValue(System.nanoTime() - from);
                        } else {
                            failed.compareAndSet(null, failure);
                        }
                        free.release();
                    });
        }
        free.acquire(window);
        return (System.nanoTime() - began) / NANOS_PER_SECOND;
    }

    /** The members and quotes around the text. */
    private static final int KEYS = "{\"t\":\"\"}".length();

    private void replay(Journal journal) throws Exception {
        List<Long> heads = new ArrayList<>();
        for (int stream = 0; stream < streams; stream++) {
            heads.add(journal.standing("bench:" + stream, java.util.Optional.empty())
                    .get(1, TimeUnit.MINUTES)
                    .head()
                    .offset());
        }
        ConcurrentHistogram times = new ConcurrentHistogram(3);
        long read = 0;
        long missing = 0;
        long began = System.nanoTime();
        long end = began + (long) (seconds * NANOS_PER_SECOND);
        for (int stream = 0; stream < streams && System.nanoTime() < end; stream++) {
            long after = 0;
            while (after < heads.get(stream) && System.nanoTime() < end) {
                long from = System.nanoTime();
                Page next = journal.read("bench:" + stream, after, page, Long.MAX_VALUE)
                        .get(1, TimeUnit.MINUTES);
                times.recordValue(System.nanoTime() - from);
                read += next.entries().size();
                missing += next.upTo() - after - next.entries().size();
                after = next.upTo();
            }
        }
        double elapsed = (System.nanoTime() - began) / NANOS_PER_SECOND;
        report.put("replayed_per_s", read / elapsed, 0, "entries, by pages of " + page + ", one after the other");
        report.put("page", times);
        if (missing > 0) {
            failed.compareAndSet(null, new IllegalStateException(missing + " entries are not there"));
        }
    }

    private static long size(Path directory) throws IOException {
        long bytes = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private static void delete(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
