package dev.simurgh.channel;

import java.util.ArrayList;
import java.util.List;

/** Writes down what it hears, without durations and sizes. */
final class RecordingListener implements EndpointListener {
    final List<String> heard = new ArrayList<>();

    /** Takes what was heard since the last time. */
    List<String> take() {
        List<String> taken = List.copyOf(heard);
        heard.clear();
        return taken;
    }

    @Override
    public void connected(String mount, String transport, ConnectOutcome outcome, long nanos) {
        heard.add("connected " + mount + " " + transport + " " + outcome);
    }

    @Override
    public void disconnected(String mount, String transport, int code, String reason, long nanos) {
        heard.add("disconnected " + mount + " " + transport);
    }

    @Override
    public void joined(String mount, String pattern, String topic, JoinOutcome outcome, long nanos) {
        heard.add("joined " + topic + " " + outcome);
    }

    @Override
    public void handledIn(String mount, String pattern, String topic, String event, long nanos) {
        heard.add("handledIn " + topic + " " + event);
    }

    @Override
    public void pushed(String mount, String pattern, String topic, String event, int bytes) {
        heard.add("pushed " + topic + " " + event);
    }

    @Override
    public void broadcast(String mount, String pattern, String topic, String event) {
        heard.add("broadcast " + topic + " " + event);
    }

    @Override
    public void left(String mount, String pattern, String topic, StopReason reason) {
        heard.add("left " + topic + " " + reason.kind());
    }

    @Override
    public void crashed(String mount, String pattern, String topic, Throwable cause) {
        heard.add("crashed " + topic + " " + cause.getMessage());
    }

    @Override
    public void malformed(String mount, String transport) {
        heard.add("malformed " + mount);
    }

    @Override
    public void dropped(Drop kind) {
        heard.add("dropped " + kind);
    }

    @Override
    public void drained(int connections, int batch, int batches) {
        heard.add("drained " + connections + ", " + batch + " of " + batches);
    }
}
