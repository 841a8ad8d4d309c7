package dev.simurgh.journal.jdbc;

import dev.simurgh.journal.Retention;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Removes what need not be kept, in small transactions: a round goes through the streams by their ids, some in each piece. What
 * a stream has lost is noted in its row, in the same transaction, with the epoch of the last that went.
 */
final class Trimming {
    private static final int STREAMS = 200;
    private static final int ENTRIES = 1_000;

    private long after;

    /** A row as it was read without a lock. */
    private record Candidate(long id, String name, long head, long trimmed, long oldestAt, long compacted) {
        boolean needs(Retention retention, long now) {
            return head - trimmed > retention.maxEntries()
                    || now - oldestAt > Group.millis(retention.maxAge())
                    || (retention.isCompacted() && compacted < head);
        }
    }

    /** Does a piece, and tells whether there is more. */
    boolean piece(Session session, Function<String, Retention> retention) throws SQLException {
        Session.State state = session.state();
        List<Candidate> candidates = candidates(session);
        int left = ENTRIES;
        long next =
                candidates.size() < STREAMS ? 0 : candidates.get(STREAMS - 1).id();
        session.begin();
        for (Candidate candidate : candidates) {
            Retention kept = retention.apply(candidate.name());
            if (!candidate.needs(kept, state.now())) {
                continue;
            }
            left -= new StreamTrim(session, candidate.id(), kept, state.now()).run(left);
            if (left <= 0) {
                // perhaps not done with this one
                next = candidate.id() - 1;
                break;
            }
        }
        boolean more = next > 0 || left <= 0;
        if (!more) {
            more = Keys.expire(session, state.now(), ENTRIES);
        }
        session.commit();
        after = next;
        return more;
    }

    private List<Candidate> candidates(Session session) throws SQLException {
        List<Candidate> candidates = new ArrayList<>();
        try (PreparedStatement select =
                session.prepare("SELECT id, name, head, trimmed, oldest_at, compacted FROM journal_stream"
                        + " WHERE id > ? AND head > trimmed ORDER BY id LIMIT ?")) {
            select.setLong(1, after);
            select.setInt(2, STREAMS);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    candidates.add(new Candidate(
                            row.getLong(1),
                            Texts.read(row.getString(2)),
                            row.getLong(3),
                            row.getLong(4),
                            row.getLong(5),
                            row.getLong(6)));
                }
            }
        }
        return candidates;
    }

    /** One stream, locked. */
    private static final class StreamTrim {
        private final Session session;
        private final long id;
        private final Retention retention;
        private final long now;
        private long head;
        private long trimmed;
        private long trimmedEpoch;
        private long oldestAt;
        private long compacted;
        private long notedOldestAt;
        private long notedCompacted;
        private long notedTrimmed;
        private int work;

        StreamTrim(Session session, long id, Retention retention, long now) {
            this.session = session;
            this.id = id;
            this.retention = retention;
            this.now = now;
        }

        /** Looks at so many entries at most, and tells at how many. */
        int run(int max) throws SQLException {
            if (!lock()) {
                return 0;
            }
            long limit = limit();
            if (retention.isCompacted()) {
                compact(Math.min(limit, head), max);
            }
            if (work < max) {
                trim(limit, max - work);
            }
            update();
            return work;
        }

        private boolean lock() throws SQLException {
            try (PreparedStatement select = session.prepare(
                    "SELECT head, trimmed, trimmed_epoch, oldest_at, compacted FROM journal_stream WHERE id = ?"
                            + session.dialect().lockFree())) {
                select.setLong(1, id);
                try (ResultSet row = select.executeQuery()) {
                    if (!row.next()) {
                        return false;
                    }
                    head = row.getLong(1);
                    trimmed = row.getLong(2);
                    trimmedEpoch = row.getLong(3);
                    oldestAt = row.getLong(4);
                    compacted = row.getLong(5);
                    notedTrimmed = trimmed;
                    notedOldestAt = oldestAt;
                    notedCompacted = compacted;
                    return true;
                }
            }
        }

        /** Up to which offset nobody needs the entries any more: behind a snapshot, and those that a consumer lacks, they stay. */
        private long limit() throws SQLException {
            long limit = Long.MAX_VALUE;
            try (PreparedStatement select =
                    session.prepare("SELECT entry_offset FROM journal_snapshot WHERE stream_id = ?")) {
                select.setLong(1, id);
                try (ResultSet row = select.executeQuery()) {
                    if (row.next()) {
                        limit = row.getLong(1);
                    }
                }
            }
            for (String consumer : retention.consumers()) {
                limit = Math.min(limit, acknowledged(consumer));
            }
            return limit;
        }

        private long acknowledged(String consumer) throws SQLException {
            try (PreparedStatement select = session.prepare(
                    "SELECT entry_offset FROM journal_acknowledged WHERE stream_id = ? AND consumer = ?")) {
                select.setLong(1, id);
                select.setString(2, Texts.stored(consumer));
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? row.getLong(1) : 0;
                }
            }
        }

        /** Removes of each key what is older than an entry up to the limit. */
        private void compact(long limit, int max) throws SQLException {
            Map<String, Long> newest = new HashMap<>();
            long reached = compacted;
            try (PreparedStatement select = session.prepare(
                    "SELECT entry_offset, entry_key FROM journal_entry"
                            + " WHERE stream_id = ? AND entry_offset > ? AND entry_offset <= ? ORDER BY entry_offset LIMIT ?")) {
                select.setLong(1, id);
                select.setLong(2, compacted);
                select.setLong(3, limit);
                select.setInt(4, max);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        work++;
                        reached = row.getLong(1);
                        String key = row.getString(2);
                        if (key != null) {
                            newest.put(key, reached);
                        }
                    }
                }
            }
            compacted = work < max ? Math.max(compacted, limit) : reached;
            if (newest.isEmpty()) {
                return;
            }
            try (PreparedStatement delete = session.prepare(
                    "DELETE FROM journal_entry WHERE stream_id = ? AND entry_key = ? AND entry_offset < ?")) {
                for (Map.Entry<String, Long> key : newest.entrySet()) {
                    delete.setLong(1, id);
                    delete.setString(2, key.getKey());
                    delete.setLong(3, key.getValue());
                    delete.addBatch();
                }
                delete.executeBatch();
            }
        }

        /** Removes the oldest, as far as they are too many or too old. */
        private void trim(long limit, int max) throws SQLException {
            long tooMany = tooMany();
            long last = trimmed;
            try (PreparedStatement select = session.prepare("SELECT entry_offset, epoch, stored_at FROM journal_entry"
                    + " WHERE stream_id = ? AND entry_offset > ? ORDER BY entry_offset LIMIT ?")) {
                select.setLong(1, id);
                select.setLong(2, trimmed);
                select.setInt(3, max + 1);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        oldestAt = row.getLong(3);
                        boolean goes = row.getLong(1) <= tooMany || now - oldestAt > Group.millis(retention.maxAge());
                        if (!goes || row.getLong(1) > limit || work == max) {
                            break;
                        }
                        last = row.getLong(1);
                        trimmedEpoch = row.getLong(2);
                        work++;
                    }
                }
            }
            if (last == trimmed) {
                return;
            }
            try (PreparedStatement delete = session.prepare(
                    "DELETE FROM journal_entry WHERE stream_id = ? AND entry_offset > ? AND entry_offset <= ?")) {
                delete.setLong(1, id);
                delete.setLong(2, trimmed);
                delete.setLong(3, last);
                delete.executeUpdate();
            }
            trimmed = last;
        }

        /** The last offset that is too far back to be kept by number. Compaction leaves gaps, so that entries have to be counted. */
        private long tooMany() throws SQLException {
            if (head - trimmed <= retention.maxEntries()) {
                return 0;
            }
            if (!retention.isCompacted()) {
                return head - retention.maxEntries();
            }
            try (PreparedStatement select = session.prepare(
                    "SELECT entry_offset FROM journal_entry WHERE stream_id = ? ORDER BY entry_offset DESC LIMIT 1 OFFSET ?")) {
                select.setLong(1, id);
                select.setLong(2, retention.maxEntries());
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? row.getLong(1) : 0;
                }
            }
        }

        private void update() throws SQLException {
            if (trimmed == notedTrimmed && oldestAt == notedOldestAt && compacted == notedCompacted) {
                return;
            }
            try (PreparedStatement update = session.prepare(
                    "UPDATE journal_stream SET trimmed = ?, trimmed_epoch = ?, oldest_at = ?, compacted = ? WHERE id = ?")) {
                update.setLong(1, trimmed);
                update.setLong(2, trimmedEpoch);
                update.setLong(3, oldestAt);
                update.setLong(4, compacted);
                update.setLong(5, id);
                update.executeUpdate();
            }
        }
    }
}
