package dev.simurgh.journal.jdbc;

import dev.simurgh.journal.Entry;
import dev.simurgh.journal.Position;
import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Standing;
import dev.simurgh.journal.spi.Standing.Verdict;
import dev.simurgh.journal.spi.StoredSnapshot;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is asked of a store: each in one or two statements, without a transaction that would be left open. */
final class Reading {
    private Reading() {}

    /**
     * Reads the entries first, and then the stream's row. So what has been trimmed meanwhile was read, and what the row says cannot hide a gap; that
     * entries without a gap are all there, counts for more than what the row says by then.
     */
    static Page page(Session session, String stream, long after, int maxEntries, long maxBytes) throws SQLException {
        int most = Math.max(1, maxEntries);
        List<Entry> entries = new ArrayList<>();
        boolean whole = true;
        try (PreparedStatement select = session.prepare(session.dialect().page())) {
            select.setString(1, Texts.stored(stream));
            select.setLong(2, after);
            // one more, to see whether there is
            select.setLong(3, most + 1L);
            if (session.dialect().pagesByBytes()) {
                select.setLong(4, maxBytes);
            }
            long bytes = 0;
            try (ResultSet row = select.executeQuery()) {
                while (whole && row.next()) {
                    byte[] payload = row.getBytes(6);
                    bytes += payload.length;
                    whole = entries.size() < most && (entries.isEmpty() || bytes <= maxBytes);
                    if (whole) {
                        entries.add(entry(row, payload));
                    }
                }
            }
        }
        return page(session, stream, after, entries, whole);
    }

    private static Page page(Session session, String stream, long after, List<Entry> entries, boolean whole)
            throws SQLException {
        try (PreparedStatement select = session.prepare("SELECT head, trimmed FROM journal_stream WHERE name = ?")) {
            select.setString(1, Texts.stored(stream));
            try (ResultSet row = select.executeQuery()) {
                long head = row.next() ? row.getLong(1) : 0;
                long trimmed = head == 0 ? 0 : row.getLong(2);
                long last = entries.isEmpty()
                        ? after
                        : entries.get(entries.size() - 1).position().offset();
                boolean gapless = last > after && last - after == entries.size();
                // the newest entry is not compacted away, so that behind the last of a whole page there was nothing
                long upTo = whole && entries.isEmpty() ? Math.max(after, trimmed) : last;
                return new Page(entries, upTo, after < trimmed && !gapless, Math.max(head, last));
            }
        }
    }

    private static Entry entry(ResultSet row, byte[] payload) throws SQLException {
        String key = row.getString(4);
        return new Entry(
                Epochs.position(row.getLong(2), row.getLong(1)),
                Texts.read(row.getString(3)),
                Bytes.payload(row.getInt(5), payload),
                key == null ? Optional.empty() : Optional.of(Texts.read(key)));
    }

    static Standing standing(Session session, String stream, Optional<Position> since) throws SQLException {
        long offset = since.map(Position::offset).orElse(0L);
        try (PreparedStatement select =
                session.prepare("SELECT m.identity, s.head, s.head_epoch, s.trimmed, s.trimmed_epoch,"
                        + " (SELECT e.epoch FROM journal_entry e WHERE e.stream_id = s.id AND e.entry_offset <= ? ORDER BY e.entry_offset DESC LIMIT 1),"
                        + " (SELECT e.epoch FROM journal_entry e WHERE e.stream_id = s.id AND e.entry_offset >= ? ORDER BY e.entry_offset LIMIT 1)"
                        + " FROM journal_state m LEFT JOIN journal_stream s ON s.name = ?")) {
            select.setLong(1, offset);
            select.setLong(2, offset);
            select.setString(3, Texts.stored(stream));
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw new SQLException("table journal_state is empty");
                }
                long head = row.getLong(2);
                Position newest = Epochs.position(row.getLong(head == 0 ? 1 : 3), head);
                return new Standing(newest, since.isEmpty() ? Verdict.NONE : verdict(row, since.get()));
            }
        }
    }

    /** See ADR 0026. */
    private static Verdict verdict(ResultSet row, Position since) throws SQLException {
        long epoch = Epochs.of(since);
        long head = row.getLong(2);
        long trimmed = row.getLong(4);
        if (since.offset() > head) {
            return Verdict.UNKNOWN;
        }
        if (since.offset() < trimmed) {
            return Verdict.TRIMMED;
        }
        if (since.offset() == trimmed) {
            return complete(epoch == row.getLong(trimmed == 0 ? 1 : 5));
        }
        // the entry itself, or if it was compacted away, its neighbours
        long below = row.getLong(6);
        boolean likeBelow = row.wasNull() ? trimmed == 0 || epoch == row.getLong(5) : epoch == below;
        long above = row.getLong(7);
        return complete(likeBelow && !row.wasNull() && epoch == above);
    }

    private static Verdict complete(boolean complete) {
        return complete ? Verdict.COMPLETE : Verdict.UNKNOWN;
    }

    static Map<String, Position> heads(Session session, Collection<String> streams) throws SQLException {
        Map<String, Position> heads = new HashMap<>();
        long[] identity = new long[1];
        session.select(
                "SELECT m.identity, s.name, s.head, s.head_epoch FROM journal_state m LEFT JOIN journal_stream s ON s.head > 0 AND s.name IN (?)",
                streams,
                (statement, index, name) -> statement.setString(index, Texts.stored(name)),
                row -> {
                    identity[0] = row.getLong(1);
                    String name = row.getString(2);
                    if (name != null) {
                        heads.put(Texts.read(name), Epochs.position(row.getLong(4), row.getLong(3)));
                    }
                });
        streams.forEach(name -> heads.putIfAbsent(name, Epochs.position(identity[0], 0)));
        return heads;
    }

    static Optional<StoredSnapshot> snapshot(Session session, String stream) throws SQLException {
        try (PreparedStatement select = session.prepare(
                "SELECT entry_offset, epoch, kind, state FROM journal_snapshot WHERE stream_id = (SELECT id FROM journal_stream WHERE name = ?)")) {
            select.setString(1, Texts.stored(stream));
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new StoredSnapshot(
                                Epochs.position(row.getLong(2), row.getLong(1)),
                                Bytes.payload(row.getInt(3), row.getBytes(4))))
                        : Optional.empty();
            }
        }
    }

    static Map<String, Long> acknowledged(Session session, String stream) throws SQLException {
        Map<String, Long> acknowledged = new HashMap<>();
        try (PreparedStatement select = session.prepare(
                "SELECT consumer, entry_offset FROM journal_acknowledged WHERE stream_id = (SELECT id FROM journal_stream WHERE name = ?)")) {
            select.setString(1, Texts.stored(stream));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    acknowledged.put(Texts.read(row.getString(1)), row.getLong(2));
                }
            }
        }
        return acknowledged;
    }
}
