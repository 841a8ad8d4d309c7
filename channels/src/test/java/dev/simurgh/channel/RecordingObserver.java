package dev.simurgh.channel;

import dev.simurgh.channel.spi.CallbackObserver;
import dev.simurgh.channel.spi.Part;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes down what it stands around: one line for each callback, and what it has seen of it. Numbers what goes out. */
final class RecordingObserver implements CallbackObserver, Part {
    final List<String> lines = new ArrayList<>();
    final Deque<Call> current = new ArrayDeque<>();

    @Nullable
    Thread thread;

    private int sent;

    /** The traceparent of a number, as a client may send it. */
    static String traceparent(int number) {
        return String.format(Locale.ROOT, "00-0000000000000000000000000000000f-%016x-01", number);
    }

    private static String number(Optional<String> traceparent) {
        return traceparent
                .map(text -> " " + Long.parseLong(text.substring(36, 52), 16))
                .orElse("");
    }

    @Override
    public void start(Endpoint endpoint) {}

    @Override
    public Optional<CallbackObserver> callbackObserver() {
        return Optional.of(this);
    }

    @Override
    public Running begin(Call call) {
        Thread began = Thread.currentThread();
        thread = began;
        String in = current.isEmpty() ? "" : " in " + current.getLast().callback();
        current.addLast(call);
        String line = call.callback() + " " + call.mount() + " " + call.pattern() + " " + call.topic() + " "
                + call.event() + number(call.traceparent()) + in;
        return new Running() {
            private String thrown = "";

            @Override
            public void threw(Throwable what) {
                thrown = " " + what.getMessage();
            }

            @Override
            public void ended(Outcome outcome) {
                boolean nested = current.removeLast().equals(call) && Thread.currentThread() == began;
                lines.add((nested ? "" : "WRONG ") + (line + ": " + outcome + thrown).replaceAll(" +", " "));
            }
        };
    }

    @Override
    public Optional<String> broadcasting(String mount, String pattern, String topic, String event) {
        return sent("broadcast " + mount + " " + pattern + " " + topic + " " + event);
    }

    @Override
    public Optional<String> sending(String mount, String pattern, String topic) {
        return sent("send " + mount + " " + pattern + " " + topic);
    }

    private Optional<String> sent(String what) {
        String in = current.isEmpty() ? "" : " in " + current.getLast().callback();
        lines.add((what + in + " " + (100 + ++sent)).replaceAll(" +", " "));
        return Optional.of(traceparent(100 + sent));
    }

    List<String> taken() {
        List<String> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }
}
