package dev.simurgh.journal.jdbc;

import dev.simurgh.journal.Position;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The rows of streams. A stream that has been written to has one for ever, so that its offsets go on. Writers lock the rows of all that they
 * write to, in the order of their ids: that makes offsets dense, lets them become visible in order, and nobody waits in a circle. Rows are
 * made in a transaction of their own before that, in the order of names, for the same reason.
 */
final class Streams {
    private static final int KNOWN = 10_000;

    /** Streams that have rows; only who writes touches it. */
    private final Map<String, Boolean> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > KNOWN;
        }
    };

    /** One that is locked, and how it changes. */
    static final class Stream {
        final long id;
        long head;
        long headEpoch;
        final long trimmed;
        final long trimmedEpoch;
        long newestAt;
        long oldestAt;
        boolean changed;

        Stream(ResultSet row) throws SQLException {
            id = row.getLong(1);
            head = row.getLong(3);
            headEpoch = row.getLong(4);
            trimmed = row.getLong(5);
            trimmedEpoch = row.getLong(6);
            newestAt = row.getLong(7);
            oldestAt = row.getLong(8);
        }

        Position headPosition(long identity) {
            return Epochs.position(head == 0 ? identity : headEpoch, head);
        }

        /** Gives the next entry its offset and time. */
        void next(long epoch, long now) {
            newestAt = Math.max(newestAt, now);
            if (head == trimmed) {
                oldestAt = newestAt;
            }
            head++;
            headEpoch = epoch;
            changed = true;
        }
    }

    /** Makes the rows that are missing. */
    void make(Session session, Collection<String> names) throws SQLException {
        TreeSet<String> missing = new TreeSet<>();
        for (String name : names) {
            if (known.get(name) == null) {
                missing.add(name);
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        session.begin();
        try (PreparedStatement insert =
                session.prepare("INSERT INTO journal_stream (name) VALUES (?) ON CONFLICT (name) DO NOTHING")) {
            for (String name : missing) {
                insert.setString(1, Texts.stored(name));
                insert.addBatch();
            }
            insert.executeBatch();
        }
        session.commit();
        missing.forEach(name -> known.put(name, true));
    }

    void forget() {
        known.clear();
    }

    Map<String, Stream> locked(Session session, Collection<String> names) throws SQLException {
        Map<String, Stream> streams = new HashMap<>();
        session.select(
                "SELECT id, name, head, head_epoch, trimmed, trimmed_epoch, newest_at, oldest_at FROM journal_stream WHERE name IN (?) ORDER BY id"
                        + session.dialect().lock(),
                new TreeSet<>(names),
                (statement, index, name) -> statement.setString(index, Texts.stored(name)),
                row -> streams.put(Texts.read(row.getString(2)), new Stream(row)));
        return streams;
    }

    static void update(Session session, Collection<Stream> streams) throws SQLException {
        List<Stream> changed = streams.stream().filter(stream -> stream.changed).toList();
        if (changed.isEmpty()) {
            return;
        }
        try (PreparedStatement update = session.prepare(
                "UPDATE journal_stream SET head = ?, head_epoch = ?, newest_at = ?, oldest_at = ? WHERE id = ?")) {
            for (Stream stream : changed) {
                update.setLong(1, stream.head);
                update.setLong(2, stream.headEpoch);
                update.setLong(3, stream.newestAt);
                update.setLong(4, stream.oldestAt);
                update.setLong(5, stream.id);
                update.addBatch();
            }
            update.executeBatch();
        }
    }
}
