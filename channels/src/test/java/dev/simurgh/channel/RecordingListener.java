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
    public void connected(String mountPath, String transport, ConnectOutcome outcome, long nanos) {
        heard.add("connected " + mountPath + " " + transport + " " + outcome);
    }

    @Override
    public void disconnected(String mountPath, String transport) {
        heard.add("disconnected " + mountPath + " " + transport);
    }

    @Override
    public void joined(String topic, JoinOutcome outcome, long nanos) {
        heard.add("joined " + topic + " " + outcome);
    }

    @Override
    public void handledIn(String topic, String event, long nanos) {
        heard.add("handledIn " + topic + " " + event);
    }

    @Override
    public void pushed(String topic, String event, int frameBytes) {
        heard.add("pushed " + topic + " " + event);
    }

    @Override
    public void broadcast(String topic, String event) {
        heard.add("broadcast " + topic + " " + event);
    }

    @Override
    public void left(String topic, StopReason reason) {
        heard.add("left " + topic + " " + reason.kind());
    }

    @Override
    public void crashed(String topic, Throwable cause) {
        heard.add("crashed " + topic + " " + cause.getMessage());
    }

    @Override
    public void malformed(String mountPath) {
        heard.add("malformed " + mountPath);
    }

    @Override
    public void dropped(String reason) {
        heard.add("dropped " + reason);
    }

    @Override
    public void drained(int connections, int batch, int batches) {
        heard.add("drained " + connections + ", " + batch + " of " + batches);
    }
}
