package dev.simurgh.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The contents of small files. Files are kept first come, first served, up to a total of 32 MiB. For any thread. */
final class FileCache {
    static final int MAX_FILE_BYTES = 1 << 20;
    private static final long MAX_TOTAL_BYTES = 32L << 20;

    private final Map<String, Content> contents = new ConcurrentHashMap<>();
    private final AtomicLong totalBytes = new AtomicLong();

    /**
     * A file's content.
     *
     * @param tag an entity tag made of the content, RFC 9110 section 8.8.3
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Content(byte[] bytes, String tag, long modified) {}

    /** Returns a file's content, read anew if it is not here or was changed. */
    Content get(String name, FileSource.Found found) throws IOException {
        Content known = contents.get(name);
        if (known != null && known.modified() == found.modified() && known.bytes().length == found.length()) {
            return known;
        }
        byte[] bytes;
        try (InputStream in = found.open()) {
            bytes = in.readNBytes(MAX_FILE_BYTES);
        }
        Content content = new Content(bytes, tag(bytes), found.modified());
        keep(name, content, known == null ? 0 : known.bytes().length);
        return content;
    }

    private void keep(String name, Content content, int instead) {
        int more = content.bytes().length - instead;
        if (totalBytes.addAndGet(more) <= MAX_TOTAL_BYTES) {
            contents.put(name, content);
        } else {
            totalBytes.addAndGet(-more);
        }
    }

    private static String tag(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"' + HexFormat.of().formatHex(digest, 0, 16) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing, which every JDK must have", e);
        }
    }
}
