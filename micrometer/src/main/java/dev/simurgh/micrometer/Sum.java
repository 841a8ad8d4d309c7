package dev.simurgh.micrometer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * What one meter reads: one number as a rule, the sum of several where the registry's filters make one meter of them, such as by leaving a
 * tag out. Changed under the lock of its {@link OnRegistry}, read by any thread.
 */
final class Sum implements DoubleSupplier {
    private volatile State state = new State(List.of(), 0);

    private record State(List<DoubleSupplier> readings, double gone) {}

    void add(DoubleSupplier reading) {
        List<DoubleSupplier> more = new ArrayList<>(state.readings);
        more.add(reading);
        state = new State(List.copyOf(more), state.gone);
    }

    /**
     * Takes one away; true if none is left.
     *
     * @param counted whether what it has counted remains counted
     */
    @SuppressWarnings("ReferenceEquality") // two may be equal, and each is somebody else's
    boolean remove(DoubleSupplier reading, boolean counted) {
        List<DoubleSupplier> left = new ArrayList<>(state.readings);
        for (int i = 0; i < left.size(); i++) {
            if (left.get(i) == reading) {
                left.remove(i);
                state = new State(List.copyOf(left), counted ? state.gone + reading.getAsDouble() : 0);
                break;
            }
        }
        return left.isEmpty();
    }

    @Override
    public double getAsDouble() {
        State now = state;
        double sum = now.gone;
        for (DoubleSupplier each : now.readings) {
            sum += each.getAsDouble();
        }
        return sum;
    }
}
