package dev.simurgh.journal.jdbc;

import dev.simurgh.journal.spi.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a file before SQLite does, which would take an empty one for a new database, and would notice that the end of one is missing when
 * it comes there.
 *
 * @see <a href="https://www.sqlite.org/fileformat.html#the_database_header">the header of the file</a>
 */
final class SqliteFile {
    /** Larger files are not read through at the start. */
    static final long MAX_CHECKED_BYTES = 64 << 20;

    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_BYTES = 100;
    private static final int LARGEST_PAGE = 65_536;

    private SqliteFile() {}

    static void check(Path file) {
        Path directory = file.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new StoreException("store: " + file + " (expected: a file in a directory that exists)", false, null);
        }
        Path wal = file.resolveSibling(file.getFileName() + "-wal");
        try {
            if (!Files.exists(file)) {
                if (hasBytes(wal)) {
                    throw damaged(file, "it is missing, but its log " + wal.getFileName() + " is there", null);
                }
                return;
            }
            if (hasBytes(wal)) {
                // the header may be older than the log, which SQLite brings in
                return;
            }
            check(file, Files.size(file));
        } catch (IOException e) {
            throw new StoreException("store: " + file + " cannot be read", false, e);
        }
    }

    private static boolean hasBytes(Path file) throws IOException {
        return Files.exists(file) && Files.size(file) > 0;
    }

    private static void check(Path file, long bytes) throws IOException {
        if (bytes == 0) {
            // so does SQLite leave it, if the process ends between making the file and its tables; or somebody has
            // emptied it
            return;
        }
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (header.hasRemaining() && channel.read(header) >= 0) {
                // reads on
            }
        }
        header.flip();
        if (header.remaining() < HEADER_BYTES || header.slice(0, MAGIC.length).mismatch(ByteBuffer.wrap(MAGIC)) >= 0) {
            throw damaged(file, "it does not begin like a file of SQLite", null);
        }
        int pageSize = Short.toUnsignedInt(header.getShort(16));
        long pages = Integer.toUnsignedLong(header.getInt(28));
        boolean pagesAreValid = header.getInt(24) == header.getInt(92);
        long expected = pages * (pageSize == 1 ? LARGEST_PAGE : pageSize);
        if (pagesAreValid && bytes < expected) {
            throw damaged(file, "it has " + bytes + " bytes of " + expected, null);
        }
    }

    static StoreException damaged(Path file, String what, @Nullable Throwable cause) {
        return new StoreException(
                "store: " + file + " is damaged: " + what
                        + " (expected: the file as it was left; put back a backup, with no server running, or move it away to begin anew)",
                false,
                cause);
    }
}
