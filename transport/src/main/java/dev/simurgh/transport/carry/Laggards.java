package dev.simurgh.transport.carry;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The clients of one event loop for which something waits that the kernel did not take, and what becomes of them. For one
 * thread, as the loop's.
 *
 * <p>Slow is not the same as far away. How much waits says little: a client behind a long line has much on its way, and
 * takes it as fast as the line allows. So with each tick a look is taken at where each of them is. One that has moved is
 * left alone; one that has stood still for as long as its options allow is let go of. Looks are counted, not time: after a
 * stall of the whole process nobody has stood still. Clients that keep up are never here, and nothing is counted when
 * frames are queued for them.
 *
 * <p>If too much waits for all together, those go that have stood still for longest, and of those that move the ones with
 * the most.
 */
public final class Laggards {
    private static final Comparator<Laggard> FIRST_TO_GO = Comparator.comparingInt(Laggard::stillTicks)
            .thenComparingLong(Laggard::waiting)
            .reversed();

    private final QueueBound bound;
    private final List<Laggard> all = new ArrayList<>();

    /** Makes none yet. */
    public Laggards(QueueBound bound) {
        this.bound = bound;
    }

    /** Watches over a client until nothing waits for it any more, or it is forgotten. */
    public Laggard add(Outgoing queue) {
        Laggard laggard = new Laggard(queue, bound.counted());
        all.add(laggard);
        return laggard;
    }

    /** How many there are. */
    public int size() {
        return all.size();
    }

    /** Judges them; once in each tick. */
    public void tick() {
        long waiting = 0;
        boolean someGone = false;
        // by index: what is told to one may add others
        for (int i = 0; i < all.size(); i++) {
            Laggard laggard = all.get(i);
            if (!laggard.isGone()) {
                waiting += laggard.look();
            }
            someGone |= laggard.isGone();
        }
        if (someGone) {
            all.removeIf(Laggard::isGone);
        }
        if (waiting > bound.share() && bound.isOver()) {
            makeRoom(waiting);
        }
    }

    private void makeRoom(long waiting) {
        List<Laggard> order = new ArrayList<>(all);
        order.sort(FIRST_TO_GO);
        long left = waiting;
        for (Laggard laggard : order) {
            if (left <= bound.share() || !bound.isOver()) {
                return;
            }
            left -= laggard.waiting();
            laggard.queue().roomNeeded();
        }
    }
}
