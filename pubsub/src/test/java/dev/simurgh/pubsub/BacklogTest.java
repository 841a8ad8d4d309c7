package dev.simurgh.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.simurgh.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final int SOFT = 10_000;
    private static final int HARD = 40_000;

    private final List<String> told = new ArrayList<>();
    private final BacklogListener listener = new BacklogListener() {
        @Override
        public void behind(long bytes) {
            told.add("behind");
        }

        @Override
        public void caughtUp(long nanos) {
            told.add("caught up");
        }

        @Override
        public void broadcastDropped() {
            told.add("dropped");
        }
    };
    private final ManualLoop loop = new ManualLoop();
    private final ManualLoop second = new ManualLoop();
    private final PubSub pubsub = PubSub.local(
            "a@test", BacklogLimits.builder().pauseBytes(SOFT).dropBytes(HARD).build(), listener);
    private final Inbox inbox = new Inbox();
    private final List<String> called = new ArrayList<>();

    private static Broadcast event(String name) {
        return Broadcast.of("t", name, Payload.json("{\"filler\":\"" + "x".repeat(500) + "\"}"));
    }

    private Backlog subscribed() {
        pubsub.subscribe("t", loop, inbox);
        loop.runAll();
        return pubsub.backlog(loop);
    }

    private Backlog untilBehind() {
        Optional<Backlog> behind = Optional.empty();
        while (behind.isEmpty()) {
            behind = pubsub.broadcast(event("filler"));
        }
        return behind.get();
    }

    @Test
    void whatOneLoopHasMissedCanBeDeliveredToItAlone() {
        subscribed();
        Inbox others = new Inbox();
        pubsub.subscribe("t", second, others);
        second.runAll();
        List<Backlog> missed = List.of();
        while (missed.isEmpty()) {
            missed = pubsub.deliverInOrder(event("filler"));
            second.runAll();
        }
        Backlog behind = missed.get(0);
        assertThat(pubsub.deliverInOrder(event("again"), behind)).isFalse();
        loop.runAll();
        assertThat(pubsub.deliverInOrder(event("again"), behind)).isTrue();
        loop.runAll();
        second.runAll();
        assertThat(inbox.taken()).endsWith("again");
        assertThat(others.taken()).doesNotContain("again");
        assertThat(pubsub.deliverInOrder(event("again"), pubsub.backlog(new ManualLoop())))
                .isTrue();
    }

    @Nested
    class OfKeptBroadcasts {
        private Broadcast kept(int n) {
            return event("kept" + n).at("e:" + n);
        }

        @Test
        void itIsToldWhenTheLoopHasCaughtUp() {
            subscribed();
            int n = 0;
            while (!told.contains("dropped")) {
                pubsub.deliver(kept(++n), null);
            }
            pubsub.deliver(kept(++n), null);
            loop.runAll();
            assertThat(inbox.taken()).doesNotContain("kept" + (n - 1)).endsWith("missed " + n);
            pubsub.deliver(kept(++n), null);
            loop.runAll();
            assertThat(inbox.taken()).containsExactly("kept" + n);
        }

        @Test
        void thatTheHistoryIsAnotherIsNeverDropped() {
            subscribed();
            int n = 0;
            while (!told.contains("dropped")) {
                pubsub.deliver(kept(++n), null);
            }
            pubsub.rewound("t");
            pubsub.deliver(kept(1), null);
            loop.runAll();
            assertThat(inbox.taken()).endsWith("kept" + (n - 1), "rewound", "missed 1");
        }

        @Test
        void itIsNotToldBehindALaterOne() {
            subscribed();
            int n = 0;
            while (!told.contains("dropped")) {
                pubsub.deliver(kept(++n), null);
            }
            loop.runOne();
            loop.runOne();
            loop.runOne();
            pubsub.deliver(kept(++n), null);
            loop.runAll();
            assertThat(inbox.taken()).doesNotContain("kept" + (n - 1)).endsWith("kept" + n);
        }
    }

    @Nested
    class OverTheHardLimit {
        @Test
        void broadcastsAreDroppedAndCountedAndTheLoopWorksOn() {
            Backlog backlog = subscribed();
            for (int i = 0; i < 1000; i++) {
                pubsub.broadcast(event("e"));
            }
            int taken = loop.waiting();
            assertThat(backlog.bytes()).isBetween((long) HARD, HARD + 2000L);
            assertThat(backlog.dropped()).isEqualTo(1000 - taken).isEqualTo(pubsub.dropped());
            assertThat(told).filteredOn("dropped"::equals).hasSize(1000 - taken);
            loop.runAll();
            assertThat(inbox.taken()).hasSize(taken);
            assertThat(backlog.bytes()).isZero();
            pubsub.broadcast(event("next"));
            loop.runAll();
            assertThat(inbox.taken()).containsExactly("next");
        }

        @Test
        void otherLoopsGetTheirBroadcastAllTheSame() {
            subscribed();
            Inbox other = new Inbox();
            pubsub.subscribe("t", second, other);
            second.runAll();
            for (int i = 0; i < 200; i++) {
                pubsub.broadcast(event("e"));
                second.runAll();
            }
            assertThat(other.taken()).hasSize(200);
            assertThat(pubsub.backlog(second).bytes()).isZero();
            assertThat(loop.waiting()).isLessThan(50);
        }

        @Test
        void whatIsOwedIsTakenAndAPushIsNot() {
            Backlog backlog = subscribed();
            while (backlog.offer(1000, () -> {})) {}
            assertThat(backlog.offer(10, () -> called.add("push"))).isFalse();
            assertThat(backlog.add(10, () -> called.add("reply"))).contains(backlog);
            backlog.execute(() -> called.add("task"));
            loop.runAll();
            assertThat(called).containsExactly("reply", "task");
            assertThat(backlog.add(10, () -> {})).isEmpty();
        }

        @Test
        void aLogoutStillGetsThrough() {
            pubsub.subscribe("user", loop, inbox);
            subscribed();
            for (int i = 0; i < 200; i++) {
                pubsub.broadcast(event("e"));
            }
            pubsub.broadcast(Broadcast.of("user", "disconnect", Payload.EMPTY));
            loop.runAll();
            assertThat(inbox.taken()).endsWith("disconnect");
        }

        @Test
        void onTheLoopItselfNothingWaitsAndNothingIsDropped() {
            Backlog backlog = subscribed();
            while (backlog.offer(1000, () -> {})) {}
            loop.turn(() -> assertThat(pubsub.broadcast(event("direct"))).isEmpty());
            assertThat(inbox.taken()).containsExactly("direct");
        }
    }

    @Nested
    class OverTheSoftLimit {
        @Test
        void whoBroadcastsIsToldAndCalledBackOnceHalfIsLeft() {
            subscribed();
            assertThat(pubsub.broadcast(event("one"))).isEmpty();
            Backlog backlog = untilBehind();
            assertThat(backlog).isSameAs(pubsub.backlog(loop));
            assertThat(backlog.bytes()).isBetween((long) SOFT, SOFT + 2000L);
            backlog.whenCaughtUp(() -> called.add("over"));
            while (backlog.bytes() > SOFT / 2) {
                assertThat(called).isEmpty();
                assertThat(pubsub.localBroadcast(Broadcast.of("nobody", "e", Payload.EMPTY)))
                        .isEmpty();
                loop.runOne();
            }
            assertThat(called).containsExactly("over");
            assertThat(backlog.isBehind()).isFalse();
            loop.runAll();
            assertThat(called).containsExactly("over");
            assertThat(told).containsExactly("behind", "caught up");
        }

        @Test
        void aCallbackThatFailsKeepsNobodyWaiting() {
            subscribed();
            Backlog backlog = untilBehind();
            backlog.whenCaughtUp(() -> {
                throw new StackOverflowError("on purpose");
            });
            backlog.whenCaughtUp(() -> called.add("second"));
            loop.runAll();
            assertThat(called).containsExactly("second");
        }

        @Test
        void oneThatWasCancelledIsNotCalled() {
            subscribed();
            Backlog backlog = untilBehind();
            Runnable cancel = backlog.whenCaughtUp(() -> called.add("over"));
            cancel.run();
            loop.runAll();
            cancel.run();
            assertThat(called).isEmpty();
        }

        @Test
        void whereNothingIsBehindItIsCalledAtOnce() {
            Runnable cancel = subscribed().whenCaughtUp(() -> called.add("over"));
            assertThat(called).containsExactly("over");
            cancel.run();
        }

        @Test
        void aLoopThatEndsKeepsNobodyWaiting() {
            subscribed();
            Backlog backlog = untilBehind();
            backlog.whenCaughtUp(() -> called.add("over"));
            pubsub.forget(loop);
            assertThat(called).containsExactly("over");
            assertThat(told).containsExactly("behind", "caught up");
            backlog.whenCaughtUp(() -> called.add("late"));
            assertThat(called).containsExactly("over", "late");
        }

        @Test
        void aLoopThatEndsWithoutBeingForgottenIsForgottenByTheNextBroadcast() {
            subscribed();
            untilBehind().whenCaughtUp(() -> called.add("over"));
            loop.ended = true;
            assertThat(pubsub.broadcast(event("e"))).isEmpty();
            assertThat(called).containsExactly("over");
            assertThat(told).doesNotContain("dropped");
            assertThat(pubsub.topics().join()).isEmpty();
        }
    }

    @Nested
    class Weights {
        private long weight(Broadcast broadcast) {
            Backlog backlog = pubsub.backlog(loop);
            long before = backlog.bytes();
            pubsub.broadcast(broadcast);
            return backlog.bytes() - before;
        }

        @Test
        void aSliceWeighsAsMuchAsTheArrayThatItPins() {
            subscribed();
            byte[] frame = new byte[5000];
            frame[10] = '{';
            frame[11] = '}';
            assertThat(weight(Broadcast.of("t", "e", Payload.json(frame, 10, 2))))
                    .isGreaterThan(5000);
            assertThat(weight(Broadcast.of("t", "e", Payload.binary(frame, 10, 1))))
                    .isGreaterThan(5000);
        }

        @Test
        void theFrameForClientsIsCountedAndSmallOnesAreNotFree() {
            subscribed();
            assertThat(weight(Broadcast.of("t", "e", Payload.EMPTY))).isGreaterThan(200);
            assertThat(weight(Broadcast.of("t", "e", Payload.binary(new byte[3000]))))
                    .isGreaterThan(6000);
        }

        @Test
        void eachLoopCountsItsOwn() {
            subscribed();
            pubsub.subscribe("t", second, inbox);
            second.runAll();
            long weight = weight(event("e"));
            assertThat(pubsub.backlog(second).bytes()).isEqualTo(weight);
            loop.runAll();
            assertThat(pubsub.backlog(second).bytes()).isEqualTo(weight);
        }
    }

    @Test
    void limitsThatContradictEachOtherAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> BacklogLimits.builder().pauseBytes(2).dropBytes(1).build())
                .withMessage("backlog limits: pause over 2 bytes, drop over 1"
                        + " (expected: at least 1, and to drop not before the pause)");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> BacklogLimits.builder().pauseBytes(0).dropBytes(1).build());
        assertThat(BacklogLimits.builder()
                        .pauseBytes(Long.MAX_VALUE)
                        .dropBytes(Long.MAX_VALUE)
                        .build()
                        .resumeBytes())
                .isPositive();
    }

    @Test
    void aLoopThatTakesNothingForAWhileLosesNothingThatWaitsBehindADelivery() {
        Backlog backlog = subscribed();
        pubsub.subscribe("t", loop, broadcast -> {
            if (broadcast.event().equals("first")) {
                for (int i = 0; i < 70; i++) { // more than one turn takes
                    pubsub.broadcast(Broadcast.of("t", "second", Payload.EMPTY));
                }
                loop.full = true;
            }
        });
        loop.runAll();
        loop.turn(() -> pubsub.broadcast(event("first")));
        loop.full = false;
        loop.turn(() -> pubsub.broadcast(event("third")));
        loop.runAll();
        assertThat(inbox.taken()).hasSize(72).startsWith("first", "second").endsWith("second", "third");
        assertThat(backlog.bytes()).isZero();
    }

    @Test
    void aLoopWithoutAHardLimitTakesWhatSomebodyReliesOn() {
        PubSub unlimited = PubSub.local(
                "a@test",
                BacklogLimits.builder()
                        .pauseBytes(1000)
                        .dropBytes(Long.MAX_VALUE)
                        .build(),
                listener);
        unlimited.subscribe("t", loop, inbox);
        for (int i = 0; i < 10; i++) {
            unlimited.broadcast(event("e"));
        }
        unlimited.broadcast(Broadcast.of("t", "disconnect", Payload.EMPTY));
        loop.runAll();
        assertThat(inbox.taken()).hasSize(11).endsWith("disconnect");
    }

    @Test
    void twoWhoWaitWithTheSameCallbackAreTwo() {
        subscribed();
        Backlog backlog = untilBehind();
        Runnable callback = () -> called.add("called");
        backlog.whenCaughtUp(callback);
        backlog.whenCaughtUp(callback);
        backlog.whenCaughtUp(callback).run();
        loop.runAll();
        assertThat(called).hasSize(2);
    }
}
