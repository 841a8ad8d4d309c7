package dev.simurgh.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.Timers;
import dev.simurgh.transport.loop.TimedLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class HostedExchangeTest {
    private static final int TICK = 100;

    private final HandLoop loop = new HandLoop();
    private final OpenRequests open = new OpenRequests();
    private final HostedBodies bodies = new HostedBodies(100);
    private final List<String> heard = new ArrayList<>();
    private final Hosted exchange = new Hosted();

    /** A loop that the test moves. */
    private static final class HandLoop extends TimedLoop {
        private static long nanos;
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private Runnable tick = () -> {};
        private boolean inside = true;
        private boolean ended;

        HandLoop() {
            super(() -> nanos);
        }

        @Override
        protected void schedule(Runnable task, long millis) {
            tick = task;
        }

        @Override
        public boolean inEventLoop() {
            return inside;
        }

        @Override
        public void execute(Runnable task) {
            if (ended) {
                throw new RejectedExecutionException("ended");
            }
            tasks.add(task);
        }

        void run() {
            inside = true;
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
        }

        void advance(int ticks) {
            for (int i = 0; i < ticks; i++) {
                nanos += TimeUnit.MILLISECONDS.toNanos(TICK);
                Runnable due = tick;
                tick = () -> {};
                due.run();
            }
        }
    }

    private static final class Stopped implements Timers {
        @Override
        public Runnable schedule(Duration delay, Runnable task) {
            return () -> {};
        }

        @Override
        public long nanoTime() {
            return 0;
        }
    }

    private final class Hosted extends HostedExchange<Hosted> {
        private final List<Answer> written = new ArrayList<>();
        private Consumer<Boolean> settling = sent -> {};

        Hosted() {
            super(
                    loop,
                    new HostedTerms(open, bodies, 5, () -> false, new ClientLog(new Stopped()), limit -> {}),
                    Target.parse("GET", "/a?b=c").orElseThrow());
        }

        @Override
        protected Hosted self() {
            return this;
        }

        @Override
        protected void write(Answer answer, Consumer<Boolean> whenSettled) {
            written.add(answer);
            settling = whenSettled;
        }

        @Override
        protected void abort() {
            heard.add("aborted");
        }

        @Override
        protected void forgetRequest() {
            heard.add("forgotten");
        }

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String protocol() {
            return "HTTP/1.1";
        }

        @Override
        public String header(String name) {
            return "";
        }

        @Override
        public List<String> headers(String name) {
            return List.of();
        }

        @Override
        public void eachHeader(BiConsumer<String, String> look) {}

        @Override
        public InetSocketAddress peer() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        }

        @Override
        public boolean secure() {
            return false;
        }
    }

    private boolean allEnded() {
        return open.whenNone().isDone();
    }

    @Test
    void theFirstAnswerCounts() {
        exchange.serve(asked -> {
            asked.respond(Answer.text(200, "a"), sent -> heard.add("sent " + sent));
            asked.respond(Answer.text(500, "b"), sent -> heard.add("not sent " + sent));
        });

        assertThat(exchange.written).singleElement().satisfies(answer -> {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers()).containsKeys("date", "x-content-type-options");
        });
        assertThat(allEnded()).isFalse();
        exchange.settling.accept(true);
        assertThat(heard).containsExactly("not sent false", "sent true");
        assertThat(allEnded()).isTrue();
    }

    @Test
    void whatThrowsIsAnsweredWith500() {
        exchange.serve(asked -> {
            throw new IllegalStateException("as it was told to");
        });

        assertThat(exchange.written).extracting(Answer::status).containsExactly(500);
    }

    @Test
    void whoIsLateIsAnsweredForAndWhatWaitsIsTold() {
        exchange.serve(asked -> asked.waitForAnswer(() -> heard.add("over")));

        loop.advance(4);
        assertThat(exchange.written).isEmpty();
        loop.advance(2);

        assertThat(exchange.written).extracting(Answer::status).containsExactly(503);
        assertThat(heard).containsExactly("over");
        exchange.settling.accept(true);
        loop.advance(1000);
        assertThat(heard).containsExactly("over");
        assertThat(allEnded()).isTrue();
    }

    @Test
    void aRequestThatIsParkedIsForgottenAndHasAnAnswerOfItsOwn() {
        exchange.serve(asked -> {
            asked.park(2, headers -> headers.set("x-parked", "yes"), () -> heard.add("over"));
            asked.ifLate(() -> Answer.json(200, "{}"));
        });

        loop.advance(3);

        assertThat(exchange.written)
                .singleElement()
                .satisfies(answer -> assertThat(answer.headers()).containsEntry("x-parked", List.of("yes")));
        assertThat(exchange.path()).isEqualTo("/");
        assertThat(heard).containsExactly("forgotten", "over");
    }

    @Test
    void whoDoesNotTakeItsAnswerIsCutOff() {
        exchange.serve(asked -> asked.respond(Answer.empty(200), sent -> heard.add("sent " + sent)));

        loop.advance(599);
        assertThat(heard).isEmpty();
        loop.advance(3);
        assertThat(heard).containsExactly("aborted");
        exchange.gone();
        assertThat(heard).containsExactly("aborted", "sent false");
        assertThat(allEnded()).isTrue();
    }

    @Test
    void anAnswerThatSomebodyAsksForHasLittleTimeLeft() {
        exchange.serve(asked -> asked.respond(Answer.empty(200), sent -> heard.add("sent " + sent)));

        exchange.settle();
        loop.advance(Exchange.SETTLE_TICKS - 1);
        exchange.settle(); // which gives it no more
        assertThat(heard).isEmpty();
        loop.advance(1);
        assertThat(heard).containsExactly("aborted");
    }

    @Test
    void anAnswerForWhichThereIsNoRoomHasNone() {
        exchange.cutOff();
        assertThat(heard).isEmpty(); // there is none yet
        exchange.serve(asked -> asked.respond(Answer.empty(200), sent -> heard.add("sent " + sent)));

        exchange.cutOff();
        assertThat(heard).containsExactly("aborted");
    }

    @Test
    void anAnswerThatIsOutInTheNextTurnIsNotCut() {
        exchange.serve(asked -> asked.respond(Answer.empty(200), sent -> heard.add("sent " + sent)));

        exchange.settle();
        exchange.settling.accept(true);
        loop.advance(1000);
        assertThat(heard).containsExactly("sent true");
    }

    @Test
    void whoWaitsForAnAnswerIsNotHurriedByThat() {
        exchange.serve(asked -> asked.park(50, headers -> {}, () -> {}));

        exchange.settle();
        loop.advance(49);
        assertThat(heard).containsExactly("forgotten");
        assertThat(exchange.written).isEmpty();
    }

    @Test
    void aClientThatGoesIsNotAnswered() {
        exchange.serve(asked -> asked.waitForAnswer(() -> heard.add("over")));
        loop.inside = false;

        exchange.gone();

        assertThat(exchange.isThere()).isFalse();
        assertThat(heard).isEmpty();
        loop.run();
        exchange.respond(Answer.empty(200), sent -> heard.add("sent " + sent));
        assertThat(heard).containsExactly("over", "sent false");
        assertThat(exchange.written).isEmpty();
        assertThat(allEnded()).isTrue();
    }

    @Test
    void aClientThatGoesBeforeItIsServedIsNotServed() {
        loop.inside = false;
        exchange.gone();
        exchange.serve(asked -> heard.add("served"));
        loop.run();

        assertThat(heard).isEmpty();
        assertThat(allEnded()).isTrue();
    }

    @Test
    void aLoopThatHasEndedAnswersNobody() {
        loop.inside = false;
        loop.ended = true;

        assertThat(exchange.serve(asked -> heard.add("served"))).isFalse();
        assertThat(allEnded()).isTrue();
    }

    @Test
    void aBodyHasItsBoundAndAllTogetherHaveTheirs() {
        HostedBodies.Body first = bodies.begin(60);
        assertThat(first.add(new byte[50])).isZero();
        assertThat(first.add(new byte[11])).isEqualTo(413);
        HostedBodies.Body second = bodies.begin(60);
        assertThat(second.add(new byte[50])).isEqualTo(503);
        first.end();
        first.end();
        assertThat(second.add("ab".getBytes(StandardCharsets.US_ASCII))).isZero();
        assertThat(second.add("c".getBytes(StandardCharsets.US_ASCII))).isZero();

        exchange.serve(
                asked -> {
                    heard.add(new String(asked.body(), StandardCharsets.US_ASCII));
                    assertThat(bodies.bytes()).isPositive();
                    asked.respond(Answer.empty(204));
                },
                second);

        assertThat(heard).containsExactly("abc");
        assertThat(exchange.body()).isEmpty();
        assertThat(bodies.bytes()).isZero();
    }
}
