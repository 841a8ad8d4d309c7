package dev.simurgh.channel;

/** Shows how long something took, as it stands in logs. */
final class Elapsed {
    private Elapsed() {}

    /** In milliseconds, with two digits behind the point where they say something: {@code 0.25 ms}, {@code 31 ms}. */
    static String shown(long nanos) {
        long hundredths = nanos / 10_000;
        if (hundredths >= 1000) {
            return hundredths / 100 + " ms";
        }
        long rest = hundredths % 100;
        return hundredths / 100 + (rest < 10 ? ".0" : ".") + rest + " ms";
    }
}
