package dev.simurgh.dashboard;

/** How fast a number grows. For one thread. */
final class Rate {
    private long before;
    private double perSecond;

    /**
     * Takes the number anew.
     *
     * @param seconds since it was taken last
     */
    double sample(long total, double seconds) {
        perSecond = seconds <= 0 ? perSecond : Math.max(0, total - before) / seconds; // less, if an event loop has gone
        before = total;
        return perSecond();
    }

    /** To a tenth. */
    double perSecond() {
        return tenths(perSecond);
    }

    static double tenths(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
