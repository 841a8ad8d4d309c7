package dev.simurgh.journal.jdbc;

import dev.simurgh.journal.Position;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import dev.simurgh.protocol.Payload;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rows of keys under which something is done once. All that a group needs are made and locked at once, in the order of their digests; one that is
 * made here counts as over until it is changed.
 */
final class Keys {
    private Keys() {}

    /** A key that is locked, and what becomes of it. */
    static final class Key {
        private static final long CLAIMED = -1;
        private static final long NONE = 0;

        final byte[] digest;
        private String fingerprint;
        private long expiresAt;
        private long offset;
        private long epoch;
        private @Nullable Payload reply;
        boolean changed;

        Key(ResultSet row) throws SQLException {
            digest = row.getBytes(1);
            fingerprint = row.getString(2);
            expiresAt = row.getLong(3);
            offset = row.getLong(4);
            epoch = row.getLong(5);
            int kind = row.getInt(6);
            byte[] bytes = row.getBytes(7);
            reply = bytes == null ? null : Bytes.payload(kind, bytes);
        }

        /** What is answered to an append under this key, if it is not to be done. */
        Optional<Written> append(Write.Once once, long now) {
            if (expiresAt <= now) {
                return Optional.empty();
            }
            if (!fingerprint.equals(Texts.stored(once.fingerprint()))) {
                return Optional.of(new Written.KeyReused());
            }
            return offset == CLAIMED ? Optional.empty() : Optional.of(repeated());
        }

        Written claim(Write.Once once, long now, long leaseMillis) {
            if (expiresAt > now) {
                if (!fingerprint.equals(Texts.stored(once.fingerprint()))) {
                    return new Written.KeyReused();
                }
                return offset == CLAIMED ? new Written.InProgress() : repeated();
            }
            set(once, CLAIMED, NONE, now + leaseMillis, null);
            return new Written.Granted();
        }

        void release(Write.Once once) {
            if (offset == CLAIMED && fingerprint.equals(Texts.stored(once.fingerprint()))) {
                expiresAt = NONE;
                changed = true;
            }
        }

        void done(Write.Once once, Position last, long expires) {
            set(once, last.offset(), Epochs.of(last), expires, once.reply().orElse(null));
        }

        private Written repeated() {
            return new Written.Repeated(Epochs.position(epoch, offset), Optional.ofNullable(reply));
        }

        private void set(Write.Once once, long newOffset, long newEpoch, long expires, @Nullable Payload newReply) {
            fingerprint = Texts.stored(once.fingerprint());
            offset = newOffset;
            epoch = newEpoch;
            expiresAt = expires;
            reply = newReply;
            changed = true;
        }

        private void write(PreparedStatement update) throws SQLException {
            update.setString(1, fingerprint);
            update.setLong(2, expiresAt);
            update.setLong(3, offset);
            update.setLong(4, epoch);
            if (reply == null) {
                update.setNull(5, Types.SMALLINT);
                update.setNull(6, Types.BINARY);
            } else {
                update.setInt(5, Bytes.kind(reply));
                update.setBytes(6, Bytes.of(reply));
            }
            update.setBytes(7, digest);
            update.addBatch();
        }
    }

    static Map<byte[], Key> locked(Session session, Collection<byte[]> digests) throws SQLException {
        Map<byte[], Key> keys = new TreeMap<>(Arrays::compareUnsigned);
        session.each(
                "INSERT INTO journal_once (digest, fingerprint, expires_at, entry_offset, epoch) VALUES (?)"
                        + " ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest"
                        + " RETURNING digest, fingerprint, expires_at, entry_offset, epoch, kind, reply",
                "(?, '', 0, 0, 0)",
                digests,
                (statement, index, digest) -> statement.setBytes(index, digest),
                row -> {
                    Key key = new Key(row);
                    keys.put(key.digest, key);
                });
        return keys;
    }

    static void update(Session session, Collection<Key> keys) throws SQLException {
        List<Key> changed = keys.stream().filter(key -> key.changed).toList();
        if (changed.isEmpty()) {
            return;
        }
        try (PreparedStatement update = session.prepare(
                "UPDATE journal_once SET fingerprint = ?, expires_at = ?, entry_offset = ?, epoch = ?, kind = ?, reply = ? WHERE digest = ?")) {
            for (Key key : changed) {
                key.write(update);
            }
            update.executeBatch();
        }
    }

    /** Removes some that are over, and tells whether there may be more. */
    static boolean expire(Session session, long now, int max) throws SQLException {
        try (PreparedStatement delete = session.prepare(
                "DELETE FROM journal_once WHERE digest IN (SELECT digest FROM journal_once WHERE expires_at <= ? ORDER BY expires_at, digest LIMIT ?"
                        + session.dialect().lockFree() + ")")) {
            delete.setLong(1, now);
            delete.setInt(2, max);
            return delete.executeUpdate() == max;
        }
    }
}
