package dev.simurgh.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A load that several servers are compared by, and the figures that are taken of it. */
enum ServerLoad {
    /** Connections that join and are idle. */
    CONNECT(
            new Figure(
                    "heap for an idle connection that has joined one topic", "heap_per_connection_bytes", "KB", 1000),
            new Figure("memory for it outside the heap", "buffers_per_connection_bytes", "KB", 1000),
            new Figure("CPU for a connection and its join", "server_cpu_per_connection_us", "µs", 1)) {
        @Override
        void describe(BenchOptions options, int clients) {
            options.scenario = Scenario.CONNECT;
            options.clients = 2 * clients;
            options.rate = 2000;
        }
    },
    /** One topic with many subscribers. */
    FAN_OUT(new Figure("CPU for a message of a broadcast to %d", "server_cpu_per_delivery_us", "µs", 1)) {
        @Override
        void describe(BenchOptions options, int clients) {
            options.scenario = Scenario.FAN_OUT;
            options.clients = clients;
        }
    },
    /** Clients that wait for each answer. */
    ECHO(new Figure("CPU for an echo, one message of each client on its way", "server_cpu_per_request_us", "µs", 1)) {
        @Override
        void describe(BenchOptions options, int clients) {
            options.clients = Math.max(1, clients / 10);
        }
    },
    /** Clients that wait for the tenth answer before. */
    ECHO_10(new Figure(
            "CPU for an echo, ten messages of each client on their way", "server_cpu_per_request_us", "µs", 1)) {
        @Override
        void describe(BenchOptions options, int clients) {
            options.clients = Math.max(1, clients / 10);
            options.window = 10;
        }
    },
    /** The same as the first echo, over long polling. */
    LONGPOLL(new Figure("CPU for an echo over long polling, one message each", "server_cpu_per_request_us", "µs", 1)) {
        @Override
        void describe(BenchOptions options, int clients) {
            options.clients = Math.max(1, clients / 10);
            options.transport = "longpoll";
        }
    };

    /**
     * A figure of a load.
     *
     * @param label what people call it; {@code %d} stands for the number of clients
     * @param key its name in the report of a run
     * @param divisor of the figure in the report, for this unit
     */
    record Figure(String label, String key, String unit, double divisor) {}

    @SuppressWarnings("ImmutableEnumChecker") // it is a List.of
    private final List<Figure> figures;

    ServerLoad(Figure... figures) {
        this.figures = List.of(figures);
    }

    List<Figure> figures() {
        return figures;
    }

    /** Says what is special about it. */
    abstract void describe(BenchOptions options, int clients);

    /**
     * Its options for one run.
     *
     * @param clients subscribers of the broadcast; the other loads take a part or a multiple of it
     */
    BenchOptions options(int clients, double warmup, double seconds) {
        BenchOptions options = new BenchOptions();
        options.warmup = warmup;
        options.seconds = seconds;
        describe(options, clients);
        options.settle();
        return options;
    }

    /**
     * Reads a name of the command line.
     *
     * @throws IllegalArgumentException if it is none
     */
    static ServerLoad of(String name) {
        return Arrays.stream(values())
                .filter(load -> load.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--only: " + name + " (expected: one of " + Arrays.toString(values()) + ")"));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
