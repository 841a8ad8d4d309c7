package dev.simurgh.dashboard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The queries that viewers have for one table, and what was found for each: all of them are answered by one walk through what there is. A query is looked
 * for as long as it is asked again. For one thread.
 *
 * @param <T> what the rows are of
 */
final class Asked<T> {
    /** More viewers do not look at a node at a time; of more queries those that were not asked for longest are forgotten. */
    static final int MOST = 64;
    /** An answer is not made anew before. */
    static final long FRESH_NANOS = Duration.ofMillis(900).toNanos();

    private static final long FORGOTTEN_NANOS = Duration.ofSeconds(5).toNanos();

    /** What was found for a query. */
    static final class Found<T> {
        private final Query query;
        private long askedAt;
        private @Nullable TopN<T> ranking;
        private @Nullable TopN<T> result;
        private @Nullable List<Map<String, Object>> rows;

        private Found(Query query) {
            this.query = query;
        }

        Query query() {
            return query;
        }

        /** Where the walk puts what matches. */
        TopN<T> ranking() {
            TopN<T> under = ranking;
            if (under == null) {
                throw new IllegalStateException("ranking outside of a walk");
            }
            return under;
        }

        boolean isKnown() {
            return result != null;
        }

        long matched() {
            return result == null ? 0 : result.matched();
        }

        /** The rows, made once for all who look at them. */
        List<Map<String, Object>> rows(Function<TopN<T>, List<Map<String, Object>>> made) {
            List<Map<String, Object>> known = rows;
            if (known == null) {
                known = result == null ? List.of() : made.apply(result);
                rows = known;
            }
            return known;
        }
    }

    private final Map<Query, Found<T>> all = new LinkedHashMap<>();

    /** What is known for a query, which is looked for from now on. */
    Found<T> of(Query query, long now) {
        Found<T> found = all.remove(query);
        if (found == null) {
            found = new Found<>(query);
        }
        found.askedAt = now;
        all.put(query, found);
        if (all.size() > MOST) {
            Iterator<Query> oldest = all.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        return found;
    }

    /** A walk begins: returns what to look for. */
    List<Found<T>> begin(long now, Function<Query, TopN<T>> rankings) {
        all.values().removeIf(found -> now - found.askedAt > FORGOTTEN_NANOS);
        List<Found<T>> asked = new ArrayList<>(all.values());
        asked.forEach(found -> found.ranking = rankings.apply(found.query));
        return asked;
    }

    /** It has come to its end. */
    void end(List<Found<T>> asked) {
        for (Found<T> found : asked) {
            found.result = found.ranking;
            found.ranking = null;
            found.rows = null;
        }
    }

    /** A page of a table. */
    Map<String, Object> page(Found<T> found, long total, Supplier<List<Map<String, Object>>> rows) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("total", total);
        data.put("matched", found.matched());
        data.put("rows", rows.get());
        if (!found.isKnown()) {
            data.put("busy", true); // there is no time left for another walk: it comes with one of the next answers
        }
        return data;
    }
}
