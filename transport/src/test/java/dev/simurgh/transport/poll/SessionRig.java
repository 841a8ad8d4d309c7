package dev.simurgh.transport.poll;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener.Drop;
import dev.simurgh.channel.Limit;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.Frame;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.admit.Admitted;
import dev.simurgh.transport.admit.Seats;
import dev.simurgh.transport.loop.ManualLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sessions without a network, on a loop and a clock that the test owns. The window is 10 s, and 1000 bytes may wait for a client. */
final class SessionRig implements AutoCloseable {
    static final Duration WINDOW = Duration.ofSeconds(10);
    static final int QUEUE_BYTES = 1000;

    private final Endpoint endpoint =
            Endpoint.builder().codec(new JacksonCodec()).build();
    final ManualLoop loop = new ManualLoop();
    final Seats seats = new Seats(ServerLimits.defaults(), loop::nanoTime);
    final LongPollSessions sessions;
    final List<Limit> limited = new ArrayList<>();
    final List<Drop> dropped = new ArrayList<>();
    private final LongPollTerms terms;

    SessionRig() {
        this(4 << 20);
    }

    SessionRig(long maxBytes) {
        sessions = new LongPollSessions(endpoint.backstage().clientLog(), maxBytes, 1);
        terms = LongPollTerms.of(
                WINDOW, Limits.builder().maxQueueBytes(QUEUE_BYTES).build(), limited::add, dropped::add);
    }

    /** A session with what its channels see of it. */
    final class Client implements Connection {
        final LongPollSession session = new LongPollSession(sessions.of(loop), terms, sessions.newId(), "/127.0.0.1:1");
        /** What it has said, as the channels get it. */
        final List<String> said = new ArrayList<>();

        final List<String> events = new ArrayList<>();
        /** Happens when the channels get a message. */
        Runnable whenSaid = () -> {};

        Client() {
            session.open(new Admitted(
                    accepted(),
                    (Seats.Seat) seats.take(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), true),
                    () -> false));
        }

        private Handshake.Accepted accepted() {
            return new Handshake.Accepted() {
                @Override
                public Assigns assigns() {
                    return Assigns.EMPTY;
                }

                @Override
                public Optional<String> id() {
                    return Optional.empty();
                }

                @Override
                public Connection open(Transport transport) {
                    return Client.this;
                }

                @Override
                public void abandon() {}
            };
        }

        Poll poll() {
            Poll poll = new Poll(this);
            session.poll(poll);
            turn();
            return poll;
        }

        /** A post; its status is here once there is one. */
        List<Integer> post(String... lines) {
            List<Integer> status = new ArrayList<>();
            byte[] body = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
            session.post(new Post(new Batch(body, true), status::add));
            turn();
            return status;
        }

        void push(String text) {
            session.push(Frame.text(text));
            turn();
        }

        void owe(String text) {
            session.send(Frame.text(text));
            turn();
        }

        @Override
        public boolean textReceived(byte[] bytes, int offset, int length) {
            said.add(new String(bytes, offset, length, StandardCharsets.UTF_8));
            whenSaid.run();
            return bytes[offset] == '[';
        }

        @Override
        public boolean binaryReceived(byte[] bytes, int offset, int length) {
            return textReceived(bytes, offset, length);
        }

        @Override
        public void clientBehind() {
            events.add("behind");
        }

        @Override
        public void clientCaughtUp() {
            events.add("caught up");
        }

        @Override
        public void transportClosed(int code, String reason) {
            events.add("closed " + code + " " + reason);
        }
    }

    /** Who polls; the answer is on its way until the test says what becomes of it. */
    static final class Poll implements Asker {
        private final Client client;
        final List<String> answers = new ArrayList<>();
        boolean asked;
        boolean cut;

        private Poll(Client client) {
            this.client = client;
        }

        @Override
        public void answer(PollAnswer answer) {
            answers.add(answer.status() + " " + new String(answer.messages(), StandardCharsets.UTF_8));
        }

        @Override
        public void settle() {
            asked = true;
        }

        @Override
        public void cutOff() {
            cut = true;
        }

        Poll written() {
            client.session.settled(this, true);
            return this;
        }

        void lost() {
            client.session.settled(this, false);
        }
    }

    Client connect() {
        return new Client();
    }

    /** Runs what the loop has to do. */
    void turn() {
        loop.turn();
    }

    void pass(Duration time) {
        loop.pass(time);
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
