package dev.simurgh.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a subscriber does while it is called comes behind the broadcast that it was called for, with everybody. */
class DeliveryOrderTest {
    private final ManualLoop loop = new ManualLoop();
    private final ManualLoop second = new ManualLoop();
    private final PubSub pubsub = PubSub.local(
            "a@test",
            BacklogLimits.builder().pauseBytes(10_000).dropBytes(20_000).build(),
            BacklogListener.NONE);
    private final Inbox before = new Inbox();
    private final Inbox after = new Inbox();
    private final Inbox elsewhere = new Inbox();

    private static Broadcast event(String name) {
        return Broadcast.of("t", name, Payload.EMPTY);
    }

    private void subscribed(Subscriber between) {
        pubsub.subscribe("t", loop, before);
        pubsub.subscribe("t", loop, between);
        pubsub.subscribe("t", loop, after);
        pubsub.subscribe("t", second, elsewhere);
        loop.runAll();
        second.runAll();
    }

    private void answering(String question, String... answers) {
        subscribed(broadcast -> {
            if (broadcast.event().equals(question)) {
                for (String answer : answers) {
                    pubsub.broadcast(event(answer));
                }
            }
        });
    }

    @Test
    void anAnswerReachesEverybodyBehindTheQuestion() {
        answering("question", "answer", "more");
        loop.turn(() -> pubsub.broadcast(event("question")));
        second.runAll();
        assertThat(List.of(before.taken(), after.taken(), elsewhere.taken()))
                .allMatch(List.of("question", "answer", "more")::equals);
        assertThat(loop.waiting()).isZero();
    }

    @Test
    void soItIsForABroadcastFromElsewhere() {
        answering("question", "answer");
        pubsub.broadcast(event("question"));
        pubsub.broadcast(event("next"));
        loop.runAll();
        second.runAll();
        assertThat(before.taken()).containsExactly("question", "answer", "next");
        assertThat(after.taken()).containsExactly("question", "answer", "next");
        assertThat(elsewhere.taken()).containsExactly("question", "next", "answer");
    }

    @Test
    void onALoopThatRunsItsTasksAtOnceToo() {
        EventLoop atOnce = new EventLoop() {
            @Override
            public boolean inEventLoop() {
                return true;
            }

            @Override
            public void execute(Runnable task) {
                task.run();
            }
        };
        pubsub.subscribe("t", atOnce, broadcast -> {
            if (broadcast.event().equals("question")) {
                pubsub.broadcast(event("answer"));
            }
        });
        pubsub.subscribe("t", atOnce, after);
        pubsub.broadcast(event("question"));
        assertThat(after.taken()).containsExactly("question", "answer");
    }

    @Test
    void whatIsSentBehindAnAnswerDoesNotOvertakeIt() {
        List<String> order = new ArrayList<>();
        Backlog backlog = pubsub.backlog(loop);
        subscribed(broadcast -> {
            order.add(broadcast.event());
            if (broadcast.event().equals("question")) {
                backlog.execute(() -> order.add("before"));
                pubsub.broadcast(event("answer"));
                assertThat(backlog.isInTurn()).isFalse();
                backlog.execute(() -> order.add("after"));
                backlog.offer(100, () -> order.add("push"));
            }
        });
        loop.turn(() -> pubsub.broadcast(event("question")));
        assertThat(order).containsExactly("question", "before", "answer", "after", "push");
        assertThat(backlog.bytes()).isZero();
    }

    @Test
    void whatIsDeliveredInOrderOnTheLoopItselfDoesNotOvertakeWhatAnotherThreadHasDelivered() {
        subscribed(broadcast -> {});
        loop.turn(() -> {
            pubsub.deliverInOrder(event("earlier"));
            loop.elsewhere(() -> pubsub.deliverInOrder(event("first")));
            pubsub.deliverInOrder(event("second"));
        });
        loop.runAll();
        assertThat(before.taken()).containsExactly("earlier", "first", "second");
    }

    @Test
    void norDoesItIfTheLoopHasThingsToDoAfterwards() {
        Backlog backlog = pubsub.backlog(loop);
        subscribed(broadcast -> {});
        loop.turn(() -> {
            backlog.offer(100, () -> {});
            loop.elsewhere(() -> pubsub.deliverInOrder(event("first")));
            pubsub.deliverInOrder(event("second"));
        });
        loop.runAll();
        assertThat(before.taken()).containsExactly("first", "second");
    }

    @Test
    void conversationsWithoutEndLeaveTheLoopItsOtherTasksAndTheMemory() {
        subscribed(broadcast -> {
            pubsub.localBroadcast(event("and"));
            pubsub.localBroadcast(event("again"));
        });
        List<String> others = new ArrayList<>();
        loop.turn(() -> pubsub.broadcast(event("start")));
        loop.execute(() -> others.add("served"));
        for (int turn = 0; turn < 100; turn++) {
            assertThat(loop.waiting()).isPositive();
            loop.runOne();
        }
        assertThat(others).containsExactly("served");
        Backlog backlog = pubsub.backlog(loop);
        assertThat(backlog.bytes()).isLessThan(21_000);
        assertThat(backlog.dropped()).isPositive();
    }

    @Test
    void aLoopThatEndsMeanwhileLeavesNothingBehind() {
        subscribed(broadcast -> pubsub.localBroadcast(event("again")));
        Backlog backlog = pubsub.backlog(loop);
        loop.turn(() -> {
            pubsub.broadcast(event("start"));
            loop.ended = true;
        });
        loop.runAll();
        assertThat(backlog.bytes()).isZero();
        assertThat(loop.waiting()).isZero();
    }

    @Test
    void aTaskThatFailsKeepsNobodyElseFromItsTurn() {
        Backlog backlog = pubsub.backlog(loop);
        List<String> order = new ArrayList<>();
        subscribed(broadcast -> {
            if (broadcast.event().equals("question")) {
                pubsub.localBroadcast(event("answer"));
                backlog.offer(1, () -> {
                    throw new StackOverflowError("on purpose");
                });
                backlog.execute(() -> order.add("last"));
            }
        });
        loop.turn(() -> pubsub.broadcast(event("question")));
        assertThat(order).containsExactly("last");
        assertThat(backlog.bytes()).isZero();
    }
}
