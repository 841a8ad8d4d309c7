package dev.simurgh.journal;

import dev.simurgh.journal.spi.Write;

/** What no store need expect. */
final class Checked {
    private Checked() {}

    /** @throws IllegalArgumentException if it names the stream or anything else by a text that not every store can take, or appends nothing */
    static Write write(Write write) {
        stream(write.stream());
        if (write instanceof Write.Append append) {
            if (append.entries().isEmpty() && append.once().isEmpty()) {
                throw new IllegalArgumentException("entries: none (expected: at least one, or a key)");
            }
            for (Write.NewEntry entry : append.entries()) {
                text("event", entry.event());
                text("key", entry.key().orElse(" "));
                Pending.bytes(entry.payload());
            }
            append.once().ifPresent(Checked::once);
        } else if (write instanceof Write.Claim claim) {
            once(claim.once());
        } else if (write instanceof Write.Release release) {
            once(release.once());
        } else if (write instanceof Write.Acknowledge acknowledge) {
            text("consumer", acknowledge.consumer());
        }
        return write;
    }

    private static void once(Write.Once once) {
        text("key", once.key());
        text("scope", once.scope() + " "); // may be empty
        text("fingerprint", once.fingerprint() + " ");
    }

    static String stream(String stream) {
        return text("stream", stream);
    }

    private static String text(String what, String text) {
        if (text.isEmpty() || text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(what + ": " + (text.isEmpty() ? "empty" : "has a character U+0000")
                    + " (expected: a text without it)");
        }
        if (hasHalfPair(text)) {
            throw new IllegalArgumentException(
                    what + ": has half of a surrogate pair (expected: a text that UTF-8 has a form for)");
        }
        return text;
    }

    /** UTF-8 would have a question mark for it, and so one name for two streams. */
    private static boolean hasHalfPair(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean pair = i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
                if (!pair) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }
}
