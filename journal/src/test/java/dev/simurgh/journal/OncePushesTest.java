package dev.simurgh.journal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.journal.spi.Write;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // pushes whose answers a test does not look at
class OncePushesTest {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final PayloadCodec CODEC = new PayloadCodec() {
        @Override
        public byte[] encode(Object value) {
            return ("\"" + value + "\"").getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Object decode(byte[] json, int offset, int length, Type type) {
            throw new UnsupportedOperationException();
        }
    };

    private final ManualTime time = new ManualTime();
    private final MemoryStore store = MemoryStore.builder().timers(time).build();
    private final Journal journal =
            Journal.builder(store).timers(time).executor(time).build();
    private final List<Runnable> handlers = new ArrayList<>();
    private int handled;

    @Test
    void aRepetitionGetsTheFirstAnswerAndRunsNoHandler() {
        CompletableFuture<OnceAnswer> first = ask(time, "f", () -> answer("sold"));
        time.run();
        CompletableFuture<OnceAnswer> again = ask(time, "f", () -> answer("sold again"));
        time.run();

        assertThat(first.join().repeated()).isFalse();
        assertThat(again.join())
                .isEqualTo(
                        new OnceAnswer(Payload.json("\"sold 1\""), first.join().position(), true));
        assertThat(handled).isEqualTo(1);
        assertThat(store.read("lot", 0, 10, 1_000).entries()).hasSize(1);
    }

    @Test
    void whoAsksMeanwhileWaitsForTheSameAnswer() {
        CompletableFuture<OnceAnswer> first = ask(handlers::add, "f", () -> answer("sold"));
        time.run();
        CompletableFuture<OnceAnswer> meanwhile = ask(handlers::add, "f", () -> answer("sold"));
        time.pass(Duration.ofSeconds(2));
        assertThat(meanwhile).isNotDone();

        assertThat(handlers).hasSize(1);
        handlers.remove(0).run();
        time.pass(Duration.ofSeconds(1));
        assertThat(first.join().repeated()).isFalse();
        assertThat(meanwhile.join().reply()).isEqualTo(first.join().reply());
        assertThat(handlers).isEmpty();
    }

    @Test
    void aHandlerThatFailsDoesNotPoisonTheKey() {
        CompletableFuture<OnceAnswer> first = ask(time, "f", () -> {
            throw new IllegalStateException("the bank is closed");
        });
        time.run();
        assertThat(first.handle((answer, thrown) -> thrown).join()).isInstanceOf(IllegalStateException.class);

        CompletableFuture<OnceAnswer> again = ask(time, "f", () -> answer("sold"));
        time.run();
        assertThat(again.join().repeated()).isFalse();
    }

    @Test
    void aHandlerWhoseNodeDiesHoldsTheKeyForItsLease() {
        ask(task -> {}, "f", () -> answer("never"));
        time.run();
        CompletableFuture<OnceAnswer> again = ask(time, "f", () -> answer("sold"));
        time.pass(LEASE.minusSeconds(1));
        assertThat(again).isNotDone();
        time.pass(Duration.ofSeconds(2));
        assertThat(again.join().repeated()).isFalse();
    }

    @Test
    void whoseLeaseEndedGetsTheAnswerOfWhoWasFaster() {
        CompletableFuture<OnceAnswer> slow = ask(handlers::add, "f", () -> answer("slow"));
        time.run();
        time.pass(LEASE.plusSeconds(1));
        CompletableFuture<OnceAnswer> fast = ask(time, "f", () -> answer("fast"));
        time.run();
        handlers.get(0).run();
        time.run();

        assertThat(slow.join())
                .isEqualTo(new OnceAnswer(fast.join().reply(), fast.join().position(), true));
        assertThat(store.read("lot", 0, 10, 1_000).entries()).hasSize(1);
    }

    @Test
    void whatIsWorkedOnForTooLongIsSaidSo() {
        for (int i = 0; i < 3; i++) { // each dies with its lease
            ask(task -> {}, "f", () -> answer("never"));
        }
        time.run();
        CompletableFuture<OnceAnswer> waits = ask(task -> {}, "f", () -> answer("never"));
        time.pass(LEASE.multipliedBy(3));
        assertThat(waits.handle((answer, thrown) -> thrown).join())
                .isInstanceOfSatisfying(
                        JournalException.class,
                        e -> assertThat(e.outcomeUnknown()).isTrue())
                .hasMessage("key: k1 is still being worked on (expected: a handler that is done within PT30S)");
    }

    @Test
    void theSameKeyForSomethingElseIsRefused() {
        ask(time, "f", () -> answer("sold"));
        time.run();
        CompletableFuture<OnceAnswer> other = ask(time, "g", () -> answer("sold"));
        time.run();
        assertThat(other.handle((answer, thrown) -> thrown).join()).isInstanceOf(KeyReusedException.class);
        assertThat(handled).isEqualTo(1);
    }

    @Test
    void anAnswerMayBeAllThereIs() {
        CompletableFuture<OnceAnswer> answer = ask(time, "f", () -> OnceResult.reply("no"));
        time.run();
        assertThat(answer.join().position().offset()).isZero();
        assertThat(store.read("lot", 0, 10, 1_000).entries()).isEmpty();
    }

    @Test
    void whoFailsBehindItsLeaseDoesNotGiveBackTheClaimOfAnother() {
        CompletableFuture<OnceAnswer> slow = ask(handlers::add, "f", () -> {
            throw new IllegalStateException("too late, too");
        });
        time.run();
        time.pass(LEASE.plusSeconds(1));
        ask(handlers::add, "f", () -> answer("sold"));
        time.run();
        assertThat(handlers).hasSize(2);
        handlers.remove(0).run();
        time.run();
        assertThat(slow).isCompletedExceptionally();
        CompletableFuture<OnceAnswer> third = ask(handlers::add, "f", () -> answer("sold twice"));
        time.run();
        assertThat(handlers).as("the second is still at work").hasSize(1);
        handlers.remove(0).run();
        time.pass(Duration.ofSeconds(1));
        assertThat(third.join().repeated()).isTrue();
    }

    @Test
    void whatIsAskedAtTheSameTimeIsBounded() {
        OncePushes pushes = new OncePushes(journal, handlers::add, CODEC, Duration.ofHours(1), LEASE, 10 << 10);
        List<CompletableFuture<OnceAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            answers.add(pushes.once("lot", "ann", "k" + i, "f", 1_000, OncePushesTest::entries, () -> answer("sold")));
        }
        time.run();
        assertThat(answers.get(5).handle((answer, thrown) -> thrown).join())
                .isInstanceOf(JournalException.class)
                .hasMessage("not asked: pushes with keys of 10120 bytes are not answered yet, and this is of 2024"
                        + " (expected: at most 10240; handlers are too slow, or see KeptTopics.Builder.maxOnceBytes)");
        assertThat(pushes.refused.sum()).isEqualTo(1);
        assertThat(handlers).hasSize(5);
        handlers.forEach(Runnable::run);
        time.run();
        assertThat(answers.subList(0, 5))
                .allSatisfy(answer -> assertThat(answer).isCompleted());
        CompletableFuture<OnceAnswer> next =
                pushes.once("lot", "ann", "k5", "f", 1_000, OncePushesTest::entries, () -> answer("sold"));
        assertThat(next).isNotDone();
    }

    @Test
    void anExecutorWithoutThreadsKeepsNobodyWaiting() {
        CompletableFuture<OnceAnswer> first = ask(
                task -> {
                    throw new Error("no threads");
                },
                "f",
                () -> answer("never"));
        time.run();
        assertThat(first).isCompletedExceptionally();
        CompletableFuture<OnceAnswer> again = ask(time, "f", () -> answer("sold"));
        time.run();
        assertThat(again.join().repeated()).isFalse();
    }

    @Test
    void whoWaitsForTheFirstWhenTheJournalClosesIsToldSo() throws InterruptedException {
        CountDownLatch claims = new CountDownLatch(6); // the next is half a second later
        FailingStore counting = new FailingStore(store);
        counting.whenCalled = claims::countDown;
        Journal closing = Journal.builder(counting).build();
        ask(journal, task -> {}, "f", () -> answer("never"));
        time.run();
        CompletableFuture<OnceAnswer> waits = ask(closing, handlers::add, "f", () -> answer("never"));
        assertThat(claims.await(10, SECONDS)).isTrue();
        closing.close();
        assertThat(waits)
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .withCauseInstanceOf(JournalException.class);
    }

    private OnceResult answer(String text) {
        handled++;
        return OnceResult.reply(text + " " + handled).broadcast("bid", Payload.EMPTY);
    }

    private CompletableFuture<OnceAnswer> ask(Executor executor, String fingerprint, Callable<OnceResult> handler) {
        return ask(journal, executor, fingerprint, handler);
    }

    private static CompletableFuture<OnceAnswer> ask(
            Journal journal, Executor executor, String fingerprint, Callable<OnceResult> handler) {
        return new OncePushes(journal, executor, CODEC, Duration.ofHours(1), LEASE, 1 << 20)
                .once("lot", "ann", "k1", fingerprint, 10, OncePushesTest::entries, handler);
    }

    private static List<Write.NewEntry> entries(OnceResult result) {
        return result.events().stream()
                .map(event -> new Write.NewEntry(event.event(), event.payload(), Optional.empty()))
                .toList();
    }
}
