package dev.simurgh.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** An adapter that answers later whether a topic is subscribed to. */
class ReadyTest {
    private final RecordingCluster cluster = new RecordingCluster();
    private final PubSub pubsub = PubSub.on(cluster);
    private final EventLoop loop = SerialLoop.on(Runnable::run);
    private final List<Broadcast> got = new ArrayList<>();

    private Subscription subscribe() {
        return pubsub.subscribe("t", loop, got::add);
    }

    /** On the loop itself, as connections do. */
    private Subscription subscribeOnTheLoop() {
        CompletableFuture<Subscription> made = new CompletableFuture<>();
        loop.execute(() -> made.complete(subscribe()));
        return made.join();
    }

    private CompletableFuture<Void> answersLater() {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        cluster.answer = answer;
        return answer;
    }

    @Test
    void aSubscriptionIsReadyAtOnceWhereNobodyNeedsToBeAsked() {
        assertThat(subscribe().ready()).isCompleted();
        assertThat(subscribe().ready()).isCompleted();
    }

    @Test
    void allWhoSubscribeMeanwhileWaitForTheFirst() {
        CompletableFuture<Void> answer = answersLater();
        Subscription first = subscribe();
        Subscription second = subscribeOnTheLoop();
        assertThat(first.ready()).isNotDone();
        assertThat(second.ready()).isNotDone();
        answer.complete(null);
        assertThat(first.ready()).isCompleted();
        assertThat(second.ready()).isCompleted();
        assertThat(subscribe().ready()).isCompleted();
        assertThat(cluster.heard).containsExactly("+t");
    }

    @Test
    void whoWaitsIsToldInTheOrderOfComing() {
        CompletableFuture<Void> answer = answersLater();
        List<Integer> told = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            assertThat(subscribe().ready().thenRun(() -> told.add(number))).isNotDone();
        }
        answer.complete(null);
        assertThat(told).hasSize(100).isSorted();
    }

    @Test
    void whoWaitsNoLongerIsForgottenWhileOthersWaitOn() {
        CompletableFuture<Void> answer = answersLater();
        CompletableFuture<Void> stays = subscribe().ready();
        for (int i = 0; i < 1_000; i++) {
            subscribe().ready().cancel(false);
        }
        assertThat(answer.getNumberOfDependents()).as("what the adapter keeps").isOne();
        assertThat(stays).isNotDone();
        answer.complete(null);
        assertThat(stays).isCompleted();
    }

    @Test
    void broadcastsOfThisNodeDoNotWait() {
        CompletableFuture<Void> unanswered = answersLater();
        subscribe();
        pubsub.broadcast(Broadcast.of("t", "e", Payload.EMPTY));
        assertThat(got).hasSize(1);
        assertThat(unanswered).isNotDone();
    }

    @Test
    void whoComesAfterAFailureAsksAgain() {
        CompletableFuture<Void> answer = answersLater();
        Subscription first = subscribe();
        answer.completeExceptionally(new IllegalStateException("no broker"));
        assertThat(first.ready()).isCompletedExceptionally();
        answersLater().complete(null);
        assertThat(subscribeOnTheLoop().ready()).isCompleted();
        assertThat(cluster.heard).containsExactly("+t", "+t");
        assertThat(first.ready()).as("and the first is ready with it").isCompleted();
    }

    @Test
    void anAdapterThatThrowsHasRefused() {
        cluster.failure = new IllegalStateException("as it should");
        Subscription first = subscribe();
        assertThat(first.ready()).isCompletedExceptionally();
        cluster.failure = null;
        assertThat(subscribe().ready()).isCompleted();
    }

    @Test
    void aTopicThatEndsBeforeTheAnswerBeginsAnew() {
        CompletableFuture<Void> answer = answersLater();
        subscribe().cancel();
        CompletableFuture<Void> next = answersLater();
        Subscription second = subscribe();
        answer.completeExceptionally(new IllegalStateException("too late"));
        assertThat(second.ready()).isNotDone();
        next.complete(null);
        assertThat(second.ready()).isCompleted();
        assertThat(cluster.heard).containsExactly("+t", "-t", "+t");
    }
}
