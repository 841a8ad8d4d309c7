package dev.simurgh.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A long-poll session as phoenix.js has it: a poll waits over one connection, and batches of at most a hundred messages go out over
 * another, each when the one before it has been taken.
 */
final class LongPollLink implements Link {
    private static final int MAX_BATCH = 100;
    private static final int MAX_WAITING = 8 << 20;
    private static final int OK = 200;
    private static final int NOTHING_TO_SAY = 204;
    private static final int MADE = 410;
    private static final byte[] NO_BODY = {};
    private static final JsonFactory JSON = new JsonFactory();

    private final Client client;
    private final Lane lane;
    private final HttpTalk polls;
    private final HttpTalk posts;
    private String target;
    private boolean opened;
    private boolean posting;
    private boolean ended;
    /** Lines that wait for the batch before them. */
    private byte[] waiting = new byte[256];

    private int length;

    LongPollLink(Client client, Lane lane, String target) {
        this.client = client;
        this.lane = lane;
        this.target = target;
        this.polls = new HttpTalk(client, lane, new Polls());
        this.posts = new HttpTalk(client, lane, new Posts());
    }

    @Override
    public void open() {
        poll();
    }

    @Override
    public boolean isWritable() {
        return length < MAX_WAITING && posts.isWritable();
    }

    @Override
    public void flush() {
        if (ended) {
            lane.outbox().clear();
            return;
        }
        length = lane.outbox().moveTo(lines(lane.outbox().length()), length);
        post();
    }

    private byte[] lines(int more) {
        if (waiting.length < length + more) {
            waiting = Arrays.copyOf(waiting, Math.max(2 * waiting.length, length + more));
        }
        return waiting;
    }

    private void poll() {
        polls.request("GET " + target, NO_BODY);
    }

    private void post() {
        if (posting || length == 0) {
            return;
        }
        posting = true;
        int end = 0;
        for (int messages = 0; end < length && messages < MAX_BATCH; end++) {
            messages += waiting[end] == '\n' ? 1 : 0;
        }
        byte[] batch = Arrays.copyOf(waiting, end - 1); // without the last line's end
        System.arraycopy(waiting, end, waiting, 0, length - end);
        length -= end;
        posts.request("POST " + target, batch);
    }

    @Override
    public void breakOff() {
        ended = true;
        polls.breakOff();
        posts.breakOff();
    }

    private void failed(String why) {
        if (!ended) {
            client.failed(why);
        }
    }

    /** What an answer says of itself, and what it brings. */
    private int read(byte[] in, int from, int to) {
        int status = 0;
        try (JsonParser body = JSON.createParser(in, from, to - from)) {
            while (!ended && body.nextToken() != null) {
                if (body.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                    status = body.getIntValue();
                } else if (body.currentToken() == JsonToken.VALUE_STRING) {
                    text(body);
                }
            }
        } catch (IOException e) {
            lane.counters().add(Count.UNREADABLE, 1);
        }
        return status;
    }

    private void text(JsonParser body) throws IOException {
        if (body.currentName() == null) { // within the array of messages
            byte[] message = body.getText().getBytes(StandardCharsets.UTF_8);
            client.received(message, 0, message.length, lane.now());
        } else if (!opened && body.currentName().equals("token")) {
            target += "&token=" + body.getText();
        }
    }

    private final class Polls implements HttpTalk.Listener {
        @Override
        public void connected() {
            if (!opened) {
                client.connected();
            }
        }

        @Override
        public void answered(int http, byte[] in, int from, int to) {
            int status = http == OK ? read(in, from, to) : 0;
            if (!opened && status == MADE) {
                opened = true;
                client.upgraded(lane.now());
            } else if (!opened || (status != OK && status != NOTHING_TO_SAY)) {
                failed("answer to a poll: " + http + ", status " + status);
            }
            if (ended) {
                lane.outbox().clear();
            } else {
                flush();
                poll();
            }
        }

        @Override
        public void failed(String why) {
            LongPollLink.this.failed(why);
        }
    }

    private final class Posts implements HttpTalk.Listener {
        @Override
        public void answered(int http, byte[] in, int from, int to) {
            int status = http == OK ? read(in, from, to) : 0;
            posting = false;
            if (status == OK) {
                post();
            } else {
                LongPollLink.this.failed("answer to a batch: " + http + ", status " + status);
            }
        }

        @Override
        public void failed(String why) {
            LongPollLink.this.failed(why);
        }
    }
}
