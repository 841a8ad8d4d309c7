package dev.simurgh.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A figure of several servers, measured in rounds: in each round every server once, shortly after each other. So a server is compared with the
 * first one of the same round, and what the machine was like then is in both.
 */
final class Pairs {
    private final String label;
    private final List<List<Double>> rounds = new ArrayList<>();

    /** Median, least and greatest of some numbers. */
    record Spread(double median, double least, double greatest) {
        static Spread of(double[] numbers) {
            double[] sorted = numbers.clone();
            Arrays.sort(sorted);
            int middle = sorted.length / 2;
            double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
            return new Spread(median, sorted[0], sorted[sorted.length - 1]);
        }

        private String text() {
            return number(median) + " (" + number(least) + "-" + number(greatest) + ")";
        }
    }

    Pairs(String label) {
        this.label = label;
    }

    /** What is measured, with its unit. */
    String label() {
        return label;
    }

    /** Adds a round: a number for each server, always in the same order. */
    void add(List<Double> round) {
        rounds.add(List.copyOf(round));
    }

    /** What was measured of a server. */
    Spread of(int server) {
        return spread(round -> rounds.get(round).get(server));
    }

    /** What that is in terms of the first server, of which something was measured in each round. */
    Spread ratio(int server) {
        return spread(round -> rounds.get(round).get(server) / rounds.get(round).get(0));
    }

    private Spread spread(IntToDoubleFunction of) {
        return Spread.of(IntStream.range(0, rounds.size()).mapToDouble(of).toArray());
    }

    /** A line of a table in Markdown: of each server the median with the spread, and from the second on the ratio to the first. */
    String line() {
        StringBuilder line = new StringBuilder("| ").append(label);
        for (int server = 0; server < rounds.get(0).size(); server++) {
            line.append(" | ").append(of(server).text());
            if (server > 0 && rounds.stream().allMatch(round -> round.get(0) > 0)) {
                line.append(", ").append(ratio(server).text().replaceFirst(" ", " × "));
            }
        }
        return line.append(" |").toString();
    }

    /** All rounds of each server, one server after the other. */
    List<List<Double>> all() {
        return IntStream.range(0, rounds.get(0).size())
                .mapToObj(server ->
                        rounds.stream().map(round -> round.get(server)).toList())
                .toList();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 20 ? "%.1f" : "%.0f", value);
    }
}
