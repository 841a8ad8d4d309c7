package dev.simurgh.channel;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds how many joins all clients of a socket together begin in a second on this node: a token bucket with room for one second. For any
 * thread.
 *
 * <p>The bucket is kept as the time at which it would be full, by the generic cell rate algorithm: each join moves that on by the
 * interval between two joins, and may do so until it is a second away. That is one number, and so one compare-and-set.
 *
 * <p>One client must not eat all of it. So the last tenth of the bucket, one join at least if it has room for two, is not for a connection that was refused a
 * join less than {@value #REFUSED_MILLIS} ms ago: it gets what is above, and whoever comes for the first time finds the tenth. Alone, a
 * client may use the whole bucket.
 *
 * @see <a href="https://www.itu.int/rec/T-REC-I.371">ITU-T I.371, annex A</a>
 */
final class JoinRate {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int REFUSED_MILLIS = 500;

    private final boolean off;
    private final long interval;
    private final long reserve;
    private final AtomicLong fullAt;

    JoinRate(int perSecond, long now) {
        off = perSecond == Integer.MAX_VALUE;
        interval = SECOND / perSecond;
        reserve = Math.min(perSecond - 1, Math.max(1, perSecond / 10)) * interval;
        fullAt = new AtomicLong(now);
    }

    boolean isOff() {
        return off;
    }

    /**
     * Takes a join out of the bucket, if there is one.
     *
     * @param sinceRefused how long ago this connection was refused a join, in nanoseconds
     */
    boolean take(long now, long sinceRefused) {
        long room = sinceRefused < TimeUnit.MILLISECONDS.toNanos(REFUSED_MILLIS) ? SECOND - reserve : SECOND;
        while (true) {
            long known = fullAt.get();
            long next = (known - now < 0 ? now : known) + interval;
            if (next - now > room) {
                return false;
            }
            if (fullAt.compareAndSet(known, next)) {
                return true;
            }
        }
    }
}
