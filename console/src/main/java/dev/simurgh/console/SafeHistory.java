package dev.simurgh.console;

import java.io.IOException;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jline.reader.impl.history.DefaultHistory;

/** A history that writes no line to its file that looks as if it had a secret in it, and bears that the file cannot be written. */
final class SafeHistory extends DefaultHistory {
    private final Consumer<String> warning;
    private boolean warned;

    SafeHistory(Consumer<String> warning) {
        this.warning = warning;
    }

    @Override
    public boolean isPersistable(Entry entry) {
        return isHarmless(entry.line());
    }

    static boolean isHarmless(String line) {
        String lower = line.toLowerCase(Locale.ROOT);
        return Stream.of("secret", "password", "passwd", "token", "credential").noneMatch(lower::contains);
    }

    @Override
    public void load() {
        guarded(super::load);
    }

    @Override
    public void save() {
        guarded(super::save);
    }

    private interface Access {
        void run() throws IOException;
    }

    private void guarded(Access access) {
        try {
            access.run();
        } catch (IOException | IllegalArgumentException e) {
            if (!warned) {
                warned = true;
                warning.accept("console: history is not kept: " + e);
            }
        }
    }
}
