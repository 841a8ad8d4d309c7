package dev.simurgh.console;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/**
 * Hands the signals of this process to a terminal.
 *
 * <p>JLine could do so by itself, but puts the JVM's own handlers back for a moment whenever a line begins or ends. A Ctrl-C in such a
 * moment would end the node, so here each signal is registered once.
 */
final class TerminalSignals implements AutoCloseable {
    private static final List<Signal> SIGNALS = List.of(Signal.INT, Signal.WINCH, Signal.CONT);

    private final Map<Signal, @Nullable Object> before = new HashMap<>();

    TerminalSignals(Terminal terminal) {
        for (Signal signal : SIGNALS) {
            before.put(signal, Signals.register(signal.name(), () -> terminal.raise(signal)));
        }
    }

    @Override
    public void close() {
        before.forEach((signal, handler) -> Signals.unregister(signal.name(), handler));
    }
}
