package dev.simurgh.presence;

/** One thing that is tracked on this node, through all its updates. Written under the lock of the {@link Registry}. */
final class Slot {
    private volatile Entry entry;

    Slot(Entry entry) {
        this.entry = entry;
    }

    Entry entry() {
        return entry;
    }

    void entry(Entry next) {
        entry = next;
    }
}
