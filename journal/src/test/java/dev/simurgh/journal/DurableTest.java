package dev.simurgh.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.journal.spi.StoreException;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // commands whose answers a test does not look at
class DurableTest {
    record Account(long balance, int changes) {
        Account with(Change change) {
            return new Account(balance + change.by(), changes + 1);
        }
    }

    sealed interface Change {
        long by();
    }

    record Deposited(long by) implements Change {}

    record Withdrawn(long amount) implements Change {
        @Override
        public long by() {
            return -amount;
        }
    }

    record Answer(long balance) {}

    private static final JacksonCodec CODEC = JacksonCodec.create();

    private final ManualTime time = new ManualTime();
    private final FailingStore store =
            new FailingStore(MemoryStore.builder().timers(time).build());
    private final Journal journal = journal();
    private final Durable<Account, Change> accounts = accounts(journal, spec());

    private Journal journal() {
        return Journal.builder(store).timers(time).executor(time).build();
    }

    private static DurableSpec.Builder<Account, Change> spec() {
        return DurableSpec.builder(new Account(0, 0), Account::with)
                .event("deposited", Deposited.class)
                .event("withdrawn", Withdrawn.class);
    }

    private static Durable<Account, Change> accounts(Journal journal, DurableSpec.Builder<Account, Change> spec) {
        return Durable.of(journal, CODEC, spec.build());
    }

    @Test
    void aCommandIsAnsweredWhenItsEventsAreStored() {
        CompletableFuture<Answer> answer = accounts.ask("ann", deposit(5));
        assertThat(answer).isNotDone();
        time.run();
        assertThat(answer.join()).isEqualTo(new Answer(5));
        assertThat(entries("ann")).singleElement().satisfies(entry -> {
            assertThat(entry.event()).isEqualTo("deposited");
            assertThat(entry.payload()).isEqualTo(Payload.json("{\"by\":5}"));
        });
    }

    @Test
    void commandsAreDecidedOneAfterTheOther() {
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            answers.add(accounts.ask("ann", deposit(1)));
        }
        time.run();
        for (int i = 0; i < 10; i++) {
            assertThat(answers.get(i).join().balance()).isEqualTo(i + 1);
        }
        assertThat(entries("ann")).hasSize(10);
        assertThat(store.writes).as("what gathers is appended as a whole").isLessThan(5);
    }

    @Test
    void whatACommandThrowsIsItsAnswerAndChangesNothing() {
        accounts.ask("ann", deposit(5));
        CompletableFuture<Answer> tooMuch = accounts.ask("ann", withdraw(6));
        CompletableFuture<Answer> enough = accounts.ask("ann", withdraw(2));
        time.run();
        assertThat(failure(tooMuch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("5 (expected: at least 6)");
        assertThat(enough.join().balance()).isEqualTo(3);
    }

    @Test
    void aRestartBuildsTheStateOfItsEvents() {
        accounts.ask("ann", deposit(5));
        accounts.ask("ann", withdraw(2));
        time.run();
        CompletableFuture<Account> state = accounts(journal(), spec()).state("ann");
        time.run();
        assertThat(state.join()).isEqualTo(new Account(3, 2));
    }

    @Test
    void aLongStreamIsReadInPages() {
        for (int i = 0; i < 1_700; i++) {
            journal.append("ann", "deposited", Payload.json("{\"by\":1}"));
        }
        time.run();
        CompletableFuture<Account> state = accounts.state("ann");
        time.run();
        assertThat(state.join()).isEqualTo(new Account(1_700, 1_700));
    }

    @Test
    void whoDecidesByAnOldStateDecidesAnew() {
        Durable<Account, Change> other = accounts(journal(), spec());
        accounts.ask("ann", deposit(5));
        time.run();
        other.ask("ann", withdraw(4));
        time.run();

        CompletableFuture<Answer> answer = accounts.ask("ann", withdraw(4));
        time.run();

        assertThat(failure(answer)).hasMessage("1 (expected: at least 4)");
        CompletableFuture<Account> state = accounts.state("ann");
        time.run();
        assertThat(state.join()).isEqualTo(new Account(1, 2));
    }

    @Test
    void aQuestionIsAnsweredWithWhatOthersHaveStored() {
        Durable<Account, Change> other = accounts(journal(), spec());
        CompletableFuture<Account> before = accounts.state("ann");
        time.run();
        other.ask("ann", deposit(5));
        time.run();
        CompletableFuture<Account> after = accounts.state("ann");
        time.run();
        assertThat(before.join().balance()).isZero();
        assertThat(after.join().balance()).isEqualTo(5);
    }

    @Test
    void twoNodesThatWriteAtTheSameTimeLoseNothing() {
        Durable<Account, Change> other = accounts(journal(), spec());
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(accounts.ask("ann", deposit(1)));
            answers.add(other.ask("ann", deposit(1)));
            if (i % 7 == 0) {
                time.run();
            }
        }
        time.run();
        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompleted());
        assertThat(answers.stream().map(answer -> answer.join().balance()).distinct())
                .hasSize(100);
        assertThat(entries("ann")).hasSize(100);
    }

    @Test
    void afterAFailureTheStateIsWhatWasStored() {
        accounts.ask("ann", deposit(5));
        time.run();
        store.failure = Optional.of(new StoreException("the disk is full", false, null));
        CompletableFuture<Answer> lost = accounts.ask("ann", deposit(100));
        time.run();
        store.failure = Optional.empty();
        CompletableFuture<Answer> next = accounts.ask("ann", deposit(1));
        time.run();
        assertThat(failure(lost)).isInstanceOf(JournalException.class).hasMessageContaining("the disk is full");
        assertThat(next.join().balance()).isEqualTo(6);
    }

    @Test
    void whatWasStoredAlthoughItLookedLikeAFailureIsInTheState() {
        accounts.ask("ann", deposit(5));
        time.run();
        store.failureBehind = Optional.of(new StoreException("the connection is lost", true, null));
        CompletableFuture<Answer> doubtful = accounts.ask("ann", deposit(100));
        time.run();
        store.failureBehind = Optional.empty();
        CompletableFuture<Answer> next = accounts.ask("ann", deposit(1));
        time.run();
        assertThat(failure(doubtful))
                .isInstanceOfSatisfying(
                        JournalException.class,
                        e -> assertThat(e.outcomeUnknown()).isTrue());
        assertThat(next.join().balance()).isEqualTo(106);
    }

    @Test
    void aKeyIsDecidedOnceAlsoBehindARestart() {
        RequestKey key = new RequestKey("ann", "k1", new Deposited(5));
        CompletableFuture<Answer> first = accounts.ask("ann", key, Answer.class, deposit(5));
        accounts.ask("ann", deposit(1));
        time.run();
        CompletableFuture<Answer> again = accounts.ask("ann", key, Answer.class, deposit(5));
        CompletableFuture<Answer> elsewhere = accounts(journal(), spec()).ask("ann", key, Answer.class, deposit(5));
        time.run();
        assertThat(first.join()).isEqualTo(new Answer(5));
        assertThat(again.join()).isEqualTo(new Answer(5));
        assertThat(elsewhere.join()).isEqualTo(new Answer(5));
        assertThat(entries("ann")).hasSize(2);

        CompletableFuture<Answer> other =
                accounts.ask("ann", new RequestKey("ann", "k1", new Deposited(6)), Answer.class, deposit(6));
        time.run();
        assertThat(failure(other)).isInstanceOf(KeyReusedException.class);
    }

    @Test
    void aRepetitionIsAnsweredThoughItWouldNowBeRefused() {
        accounts.ask("ann", deposit(5));
        RequestKey key = new RequestKey("ann", "k1", new Withdrawn(5));
        CompletableFuture<Answer> first = accounts.ask("ann", key, Answer.class, withdraw(5));
        CompletableFuture<Answer> again = accounts.ask("ann", key, Answer.class, withdraw(5));
        time.run();
        assertThat(first.join()).isEqualTo(new Answer(0));
        assertThat(again.join()).isEqualTo(new Answer(0));
    }

    @Test
    void aKeyThatWasRefusedMayBeTriedAgain() {
        RequestKey key = new RequestKey("ann", "k1", new Withdrawn(5));
        CompletableFuture<Answer> refused = accounts.ask("ann", key, Answer.class, withdraw(5));
        accounts.ask("ann", deposit(5));
        CompletableFuture<Answer> again = accounts.ask("ann", key, Answer.class, withdraw(5));
        time.run();
        assertThat(failure(refused)).isInstanceOf(IllegalArgumentException.class);
        assertThat(again.join()).isEqualTo(new Answer(0));
    }

    @Test
    void anAnswerWithoutEventsIsKeptUnderItsKey() {
        RequestKey key = new RequestKey("ann", "k1", "how much?");
        CompletableFuture<Answer> first =
                accounts.ask("ann", key, Answer.class, account -> Decision.answer(new Answer(account.balance())));
        accounts.ask("ann", deposit(5));
        CompletableFuture<Answer> again =
                accounts.ask("ann", key, Answer.class, account -> Decision.answer(new Answer(account.balance())));
        time.run();
        assertThat(first.join()).isEqualTo(new Answer(0));
        assertThat(again.join()).isEqualTo(new Answer(0));
        assertThat(entries("ann")).hasSize(1);
    }

    @Test
    void aSnapshotIsTakenAfterSoManyEventsAndReadInsteadOfThem() {
        Durable<Account, Change> often = accounts(journal, spec().snapshot(3, Account.class));
        for (int i = 0; i < 7; i++) {
            often.ask("ann", deposit(1));
            time.run();
        }
        assertThat(store.snapshot("ann").orElseThrow().position().offset()).isEqualTo(6);

        journal.retain(stream -> Retention.builder().maxEntries(1).build());
        time.pass(Duration.ofSeconds(1));
        assertThat(entries("ann")).hasSize(1);
        CompletableFuture<Account> state =
                accounts(journal(), spec().snapshot(3, Account.class)).state("ann");
        time.run();
        assertThat(state.join()).isEqualTo(new Account(7, 7));
    }

    @Test
    void whoIsBehindWhatWasRemovedGoesOnFromTheSnapshot() {
        Durable<Account, Change> slow = accounts(journal(), spec().snapshot(3, Account.class));
        slow.ask("ann", deposit(1));
        time.run();
        Durable<Account, Change> often = accounts(journal, spec().snapshot(3, Account.class));
        for (int i = 0; i < 7; i++) {
            often.ask("ann", deposit(1));
            time.run();
        }
        journal.retain(stream -> Retention.builder().maxEntries(1).build());
        time.pass(Duration.ofSeconds(1));
        CompletableFuture<Answer> answer = slow.ask("ann", deposit(1));
        time.run();
        assertThat(answer.join().balance()).isEqualTo(9);
    }

    @Test
    void eventsThatWereRemovedWithoutASnapshotAreNotPassedOver() {
        for (int i = 0; i < 3; i++) {
            accounts.ask("ann", deposit(1));
        }
        time.run();
        journal.retain(stream -> Retention.builder().maxEntries(1).build());
        time.pass(Duration.ofSeconds(1));
        CompletableFuture<Account> state = accounts(journal(), spec()).state("ann");
        time.run();
        assertThat(failure(state))
                .hasMessage("stream ann: events behind 0 have been removed, and no snapshot has them"
                        + " (expected: no retention, or DurableSpec.Builder.snapshot)");
    }

    @Test
    void anEventThatTheSpecDoesNotKnowIsNotPassedOver() {
        journal.append("ann", "closed", Payload.EMPTY);
        CompletableFuture<Account> state = accounts.state("ann");
        CompletableFuture<Account> tolerant =
                accounts(journal, spec().ignoreOthers()).state("ann");
        time.run();
        assertThat(failure(state))
                .hasMessageContaining("stream ann: an event closed at ")
                .hasMessageContaining("ignoreOthers");
        assertThat(tolerant.join()).isEqualTo(new Account(0, 0));
    }

    @Test
    void anEventThatCannotBeAppliedIsNamed() {
        journal.append("ann", "deposited", Payload.json("{\"by\":\"much\"}"));
        CompletableFuture<Account> state = accounts.state("ann");
        time.run();
        assertThat(failure(state))
                .hasMessageContaining("the event deposited at ")
                .hasMessageEndingWith(" cannot be applied");
    }

    @Test
    void anIdleStateLeavesMemoryAndComesBack() {
        Durable<Account, Change> quick = accounts(journal, spec().idleAfter(Duration.ofMinutes(1)));
        quick.ask("ann", deposit(5));
        quick.ask("bob", deposit(5));
        time.run();
        assertThat(quick.active()).isEqualTo(2);
        time.pass(Duration.ofSeconds(50));
        quick.ask("bob", deposit(1));
        time.pass(Duration.ofSeconds(40));
        assertThat(quick.active()).isEqualTo(1);
        CompletableFuture<Answer> back = quick.ask("ann", deposit(1));
        time.run();
        assertThat(back.join().balance()).isEqualTo(6);
        time.pass(Duration.ofMinutes(5));
        assertThat(quick.active()).isZero();
        assertThat(time.waiting()).as("timers: the journal's").isEqualTo(1);
    }

    @Test
    void statesInMemoryAreBounded() {
        Durable<Account, Change> few = accounts(journal, spec().maxActive(10));
        for (int i = 0; i < 10; i++) {
            few.ask("account " + i, deposit(1));
        }
        assertThat(failure(few.ask("one more", deposit(1))))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("not asked: 10 states are busy");
        time.run();
        CompletableFuture<Answer> now = few.ask("one more", deposit(1));
        time.run();
        assertThat(now.join().balance()).isEqualTo(1);
        assertThat(few.active()).isEqualTo(10);
    }

    @Test
    void commandsThatWaitAreBounded() {
        Durable<Account, Change> few = accounts(journal, spec().maxWaitingBytes(100 << 10));
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 101; i++) {
            answers.add(few.ask("account " + i % 2, deposit(1)));
        }
        assertThat(failure(answers.get(100)))
                .hasMessage("not asked: commands of 102400 bytes wait, and this is of 1024 (expected: at most 102400;"
                        + " the store is too slow, or see DurableSpec.Builder.maxWaitingBytes)");
        assertThat(few.refused()).isEqualTo(1);
        time.run();
        assertThat(answers.get(99).join().balance()).isEqualTo(50);

        RequestKey key = new RequestKey("ann", "k1", "x".repeat(100 << 10));
        assertThat(failure(few.ask("ann", key, Answer.class, deposit(1)))).hasMessageContaining("this is of 103426");
    }

    @Test
    void aStoreThatWasMadeAnewIsNotTakenForTheOld() {
        accounts.ask("ann", deposit(5));
        time.run();
        store.replace(MemoryStore.builder().timers(time).build());
        store.write(List.of(new Write.Append(
                "ann",
                List.of(new Write.NewEntry("deposited", Payload.json("{\"by\":7}"), Optional.empty())),
                OptionalLong.empty(),
                Optional.empty())));
        CompletableFuture<Account> state = accounts.state("ann");
        time.run();
        assertThat(state.join()).isEqualTo(new Account(7, 1));
    }

    @Test
    void aHistoryThatIsAnotherOfTheSameLengthIsNotAppendedTo() {
        accounts.ask("ann", deposit(5));
        time.run();
        store.replace(MemoryStore.builder().timers(time).build());
        store.write(List.of(new Write.Append(
                "ann",
                List.of(new Write.NewEntry("deposited", Payload.json("{\"by\":7}"), Optional.empty())),
                OptionalLong.empty(),
                Optional.empty())));
        CompletableFuture<Answer> answer = accounts.ask("ann", deposit(1));
        time.run();
        assertThat(answer.join()).isEqualTo(new Answer(8));
    }

    @Test
    void whatIsClosedTakesNoCommands() {
        CompletableFuture<Answer> before = accounts.ask("ann", deposit(1));
        accounts.close();
        time.run();
        assertThat(before.join().balance()).isEqualTo(1);
        assertThat(failure(accounts.ask("ann", deposit(1)))).hasMessage("the durable state was closed");
    }

    @Test
    void anEventWithoutANameIsRefused() {
        record Closed(long by) {}
        Durable<Account, Object> any = Durable.of(
                journal,
                CODEC,
                DurableSpec.<Account, Object>builder(new Account(0, 0), (account, event) -> account)
                        .event("deposited", Deposited.class)
                        .build());
        CompletableFuture<Answer> answer = any.ask("ann", account -> Decision.event(new Closed(0), new Answer(0)));
        time.run();
        assertThat(failure(answer))
                .as("the server's mistake, which is not for the client")
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("(expected: one of [class ");
    }

    @Test
    void specsAreChecked() {
        assertThatThrownBy(
                        () -> DurableSpec.builder("", (String s, String e) -> s).build())
                .hasMessage("durable state without events (expected: event(name, type))");
        assertThatThrownBy(() -> spec().event("deposited", Withdrawn.class)).hasMessageContaining("that have no other");
        assertThatThrownBy(() -> spec().snapshot(0, Account.class))
                .hasMessage("snapshot every 0 events (expected: at least 1)");
        assertThatThrownBy(() -> spec().idleAfter(Duration.ZERO))
                .hasMessage("idleAfter: PT0S (expected: more than nothing)");
        assertThatThrownBy(() -> spec().maxWaitingBytes(1)).hasMessage("maxWaitingBytes: 1 (expected: at least 1024)");
        assertThatThrownBy(() -> spec().maxActive(0)).hasMessage("maxActive: 0 (expected: at least 1)");
        assertThatThrownBy(() -> new RequestKey("ann", "", "x"))
                .hasMessageStartingWith("key: 0 characters (expected: 1 to 255");
    }

    private static Function<Account, Decision<Change, Answer>> deposit(long amount) {
        return account -> Decision.event(new Deposited(amount), new Answer(account.balance() + amount));
    }

    private static Function<Account, Decision<Change, Answer>> withdraw(long amount) {
        return account -> {
            if (account.balance() < amount) {
                throw new IllegalArgumentException(account.balance() + " (expected: at least " + amount + ")");
            }
            return Decision.event(new Withdrawn(amount), new Answer(account.balance() - amount));
        };
    }

    private List<Entry> entries(String stream) {
        return store.read(stream, 0, 10_000, 10_000_000).entries();
    }

    private static Throwable failure(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        Throwable failure = future.handle((value, thrown) -> thrown).join();
        return failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
    }
}
