package dev.simurgh.journal.jdbc;

import dev.simurgh.journal.Position;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What is written in one transaction: all rows that it is about are locked and read first, each write is judged in memory as if those before it
 * were done, and then everything goes to the database in a few batches, however many there are.
 */
final class Group {
    private final Session session;
    private final List<Write> writes;
    private final Session.State state;
    private final long epoch;
    private final Map<String, Streams.Stream> streams;
    private final Map<byte[], Keys.Key> keys;
    private final List<NewRow> entries = new ArrayList<>();

    /** An entry that has got its place. */
    private record NewRow(Streams.Stream stream, long offset, long storedAt, Write.NewEntry entry) {}

    /** Locks what the writes are about; empty if a stream has no row, although it once had. */
    static Optional<Group> of(Session session, Streams streams, List<Write> writes, boolean newEpoch)
            throws SQLException {
        Session.State state = session.stateOfTransaction();
        TreeSet<String> names = new TreeSet<>();
        TreeSet<byte[]> digests = new TreeSet<>(Arrays::compareUnsigned);
        for (Write write : writes) {
            if (!isAboutKeyAlone(write)) {
                names.add(write.stream());
            }
            once(write).ifPresent(once -> digests.add(Bytes.digest(write.stream(), once)));
        }
        Map<String, Streams.Stream> locked = streams.locked(session, names);
        if (!locked.keySet().containsAll(makes(writes))) {
            return Optional.empty();
        }
        long epoch = newEpoch || !state.sameDatabase() ? Epochs.random() : state.epoch();
        return Optional.of(new Group(session, writes, state, epoch, locked, Keys.locked(session, digests)));
    }

    private Group(
            Session session,
            List<Write> writes,
            Session.State state,
            long epoch,
            Map<String, Streams.Stream> streams,
            Map<byte[], Keys.Key> keys) {
        this.session = session;
        this.writes = writes;
        this.state = state;
        this.epoch = epoch;
        this.streams = streams;
        this.keys = keys;
    }

    /** The streams that are to have rows. */
    static List<String> makes(List<Write> writes) {
        return writes.stream()
                .filter(write -> write instanceof Write.Append
                        || (write instanceof Write.Snapshot snapshot && snapshot.offset() == 0))
                .map(Write::stream)
                .toList();
    }

    private static boolean isAboutKeyAlone(Write write) {
        return write instanceof Write.Claim || write instanceof Write.Release;
    }

    private static Optional<Write.Once> once(Write write) {
        if (write instanceof Write.Append append) {
            return append.once();
        }
        if (write instanceof Write.Claim claim) {
            return Optional.of(claim.once());
        }
        return write instanceof Write.Release release ? Optional.of(release.once()) : Optional.empty();
    }

    Session.State state() {
        return state;
    }

    List<Written> run() throws SQLException {
        List<Written> results = new ArrayList<>(writes.size());
        for (Write write : writes) {
            results.add(judge(write));
        }
        if (!entries.isEmpty()) {
            insertEntries();
        }
        if (epoch != state.epoch()) {
            beginEpoch();
        }
        Streams.update(session, streams.values());
        Keys.update(session, keys.values());
        keepSnapshots(results);
        keepAcknowledgements();
        return results;
    }

    private Written judge(Write write) {
        if (write instanceof Write.Append append) {
            return append(append);
        }
        if (write instanceof Write.Claim claim) {
            return key(claim.stream(), claim.once()).claim(claim.once(), state.now(), millis(claim.lease()));
        }
        if (write instanceof Write.Release release) {
            key(release.stream(), release.once()).release(release.once());
        }
        if (write instanceof Write.Snapshot snapshot) {
            Streams.Stream stream = streams.get(snapshot.stream());
            if (stream == null) {
                return new Written.Conflict(Epochs.position(state.identity(), 0));
            }
            if (snapshot.offset() > stream.head) {
                return new Written.Conflict(stream.headPosition(state.identity()));
            }
        }
        return new Written.Done();
    }

    private Written append(Write.Append append) {
        Streams.Stream stream = stream(append.stream());
        if (append.once().isPresent()) {
            Write.Once once = append.once().get();
            Optional<Written> answered = key(append.stream(), once).append(once, state.now());
            if (answered.isPresent()) {
                return answered.get();
            }
        }
        if (!append.expects(stream.headPosition(state.identity()))) {
            return new Written.Conflict(stream.headPosition(state.identity()));
        }
        for (Write.NewEntry entry : append.entries()) {
            stream.next(epoch, state.now());
            entries.add(new NewRow(stream, stream.head, stream.newestAt, entry));
        }
        Position last = stream.headPosition(state.identity());
        append.once()
                .ifPresent(once -> key(append.stream(), once).done(once, last, state.now() + millis(once.window())));
        return new Written.Appended(last);
    }

    private Streams.Stream stream(String name) {
        Streams.Stream stream = streams.get(name);
        if (stream == null) {
            throw new IllegalStateException("stream: " + name + " was not locked");
        }
        return stream;
    }

    private Keys.Key key(String stream, Write.Once once) {
        Keys.Key key = keys.get(Bytes.digest(stream, once));
        if (key == null) {
            throw new IllegalStateException("key: " + once.key() + " was not locked");
        }
        return key;
    }

    private void insertEntries() throws SQLException {
        try (PreparedStatement insert = session.prepare(
                "INSERT INTO journal_entry (stream_id, entry_offset, epoch, stored_at, event, entry_key, kind, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (NewRow row : entries) {
                insert.setLong(1, row.stream().id);
                insert.setLong(2, row.offset());
                insert.setLong(3, epoch);
                insert.setLong(4, row.storedAt());
                insert.setString(5, Texts.stored(row.entry().event()));
                if (row.entry().key().isPresent()) {
                    insert.setString(6, Texts.stored(row.entry().key().get()));
                } else {
                    insert.setNull(6, Types.VARCHAR);
                }
                insert.setInt(7, Bytes.kind(row.entry().payload()));
                insert.setBytes(8, Bytes.of(row.entry().payload()));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private void beginEpoch() throws SQLException {
        try (PreparedStatement update = session.prepare("UPDATE journal_state SET epoch = ?, mark = ?")) {
            update.setLong(1, epoch);
            update.setString(2, state.mark());
            update.executeUpdate();
        }
    }

    private void keepSnapshots(List<Written> results) throws SQLException {
        for (int i = 0; i < results.size(); i++) {
            Streams.Stream stream = streams.get(writes.get(i).stream());
            if (writes.get(i) instanceof Write.Snapshot snapshot
                    && stream != null
                    && results.get(i) instanceof Written.Done) {
                keep(snapshot, stream);
            }
        }
    }

    private void keep(Write.Snapshot snapshot, Streams.Stream stream) throws SQLException {
        try (PreparedStatement upsert = session.prepare(
                "INSERT INTO journal_snapshot (stream_id, entry_offset, epoch, kind, state) VALUES (?, ?,"
                        + " COALESCE((SELECT epoch FROM journal_entry WHERE stream_id = ? AND entry_offset <= ? ORDER BY entry_offset DESC LIMIT 1), ?), ?, ?)"
                        + " ON CONFLICT (stream_id) DO UPDATE SET entry_offset = excluded.entry_offset, epoch = excluded.epoch, kind = excluded.kind, state = excluded.state"
                        + " WHERE journal_snapshot.entry_offset <= excluded.entry_offset")) {
            upsert.setLong(1, stream.id);
            upsert.setLong(2, snapshot.offset());
            upsert.setLong(3, stream.id);
            upsert.setLong(4, snapshot.offset());
            upsert.setLong(5, stream.trimmed == 0 ? state.identity() : stream.trimmedEpoch);
            upsert.setInt(6, Bytes.kind(snapshot.state()));
            upsert.setBytes(7, Bytes.of(snapshot.state()));
            upsert.executeUpdate();
        }
    }

    private void keepAcknowledgements() throws SQLException {
        for (Write write : writes) {
            Streams.Stream stream = streams.get(write.stream());
            if (write instanceof Write.Acknowledge acknowledge && stream != null) {
                keep(acknowledge, stream);
            }
        }
    }

    private void keep(Write.Acknowledge acknowledge, Streams.Stream stream) throws SQLException {
        try (PreparedStatement upsert =
                session.prepare("INSERT INTO journal_acknowledged (stream_id, consumer, entry_offset) VALUES (?, ?, ?)"
                        + " ON CONFLICT (stream_id, consumer) DO UPDATE SET entry_offset = excluded.entry_offset"
                        + " WHERE journal_acknowledged.entry_offset < excluded.entry_offset")) {
            upsert.setLong(1, stream.id);
            upsert.setString(2, Texts.stored(acknowledge.consumer()));
            upsert.setLong(3, Math.min(acknowledge.offset(), stream.head));
            upsert.executeUpdate();
        }
    }

    static long millis(Duration duration) {
        // in a sum with a time of day it must not overflow
        long most = Long.MAX_VALUE / 4;
        return duration.toSeconds() > most / 1000 ? most : duration.toMillis();
    }
}
