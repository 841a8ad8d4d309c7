package dev.simurgh.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class SerialLoopTest {
    private final List<String> heard = new ArrayList<>();
    private boolean full;
    private final SerialLoop loop = SerialLoop.on(task -> {
        if (full) {
            throw new RejectedExecutionException("full");
        }
        task.run();
    });

    @Test
    void whatIsRejectedDoesNotRunLater() {
        full = true;
        assertThatThrownBy(() -> loop.execute(() -> heard.add("rejected")))
                .isInstanceOf(RejectedExecutionException.class);
        full = false;
        loop.execute(() -> heard.add("taken"));
        assertThat(heard).containsExactly("taken");
    }

    @Test
    void anExecutorThatThrowsAndKeepsTheTaskAllTheSameHasNoLateEffect() {
        List<Runnable> kept = new ArrayList<>();
        SerialLoop careless = SerialLoop.on(task -> {
            kept.add(task);
            throw new OutOfMemoryError("unable to create native thread");
        });
        assertThatThrownBy(() -> careless.execute(() -> heard.add("rejected")))
                .isInstanceOf(RejectedExecutionException.class)
                .hasCauseInstanceOf(OutOfMemoryError.class);
        kept.forEach(Runnable::run);
        assertThat(heard).isEmpty();
        assertThatThrownBy(() -> careless.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThat(kept).as("asked again, and not thought to be busy").hasSize(2);
    }

    @Test
    void anExecutorThatRunsTheTaskAndThenThrowsHasTakenIt() {
        SerialLoop strange = SerialLoop.on(task -> {
            task.run();
            throw new IllegalStateException("on purpose");
        });
        strange.execute(() -> heard.add("taken"));
        strange.execute(() -> heard.add("taken, too"));
        assertThat(heard).containsExactly("taken", "taken, too");
    }

    @Test
    void withALaterWhatIsRejectedIsKeptAndTriedAgain() {
        List<Runnable> later = new ArrayList<>();
        SerialLoop patient = SerialLoop.on(
                task -> {
                    if (full) {
                        throw new RejectedExecutionException("full");
                    }
                    task.run();
                },
                later::add);
        full = true;
        patient.execute(() -> heard.add("one"));
        patient.execute(() -> heard.add("two"));
        assertThat(later).as("asked for once").hasSize(1);
        later.remove(0).run();
        assertThat(heard).isEmpty();
        assertThat(later).as("still full").hasSize(1);
        full = false;
        later.remove(0).run();
        assertThat(heard).containsExactly("one", "two");
        assertThat(later).isEmpty();
        patient.execute(() -> heard.add("three"));
        assertThat(heard).containsExactly("one", "two", "three");
    }

    @Test
    void withALaterThatRejectsTooTheTaskIsRejected() {
        SerialLoop hopeless = SerialLoop.on(
                task -> {
                    throw new RejectedExecutionException("full");
                },
                task -> {
                    throw new RejectedExecutionException("closed");
                });
        assertThatThrownBy(() -> hopeless.execute(() -> heard.add("rejected")))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("full");
    }

    @Test
    void whatWasTakenBeforeAnExecutorFailsRunsWithTheNext() {
        List<Runnable> others = new ArrayList<>();
        SerialLoop loop = SerialLoop.on(task -> {
            if (full) {
                others.forEach(Runnable::run); // another thread that comes in this very moment
                others.clear();
                throw new RejectedExecutionException("full");
            }
            task.run();
        });
        others.add(() -> loop.execute(() -> heard.add("other")));
        full = true;
        assertThatThrownBy(() -> loop.execute(() -> heard.add("rejected")))
                .isInstanceOf(RejectedExecutionException.class);
        full = false;
        loop.execute(() -> heard.add("next"));
        assertThat(heard).containsExactly("other", "next");
    }

    @Test
    void aSubscriptionThatIsRejectedDoesNotHarmTheNext() {
        try (PubSub pubsub = PubSub.local()) {
            full = true;
            assertThatThrownBy(() -> pubsub.subscribe("t", loop, broadcast -> heard.add("rejected")))
                    .isInstanceOf(RejectedExecutionException.class);
            assertThat(pubsub.topics().join()).isEmpty();
            full = false;
            pubsub.subscribe("t", loop, broadcast -> heard.add(broadcast.event()));
            pubsub.broadcast(Broadcast.of("t", "e", Payload.EMPTY));
            assertThat(heard).containsExactly("e");
            assertThat(pubsub.topics().join()).containsEntry("t", 1);
        }
    }
}
