package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkTest {
    private final Work work = new Work(ChannelCase.create().logs());
    private final List<String> heard = new ArrayList<>();

    @Test
    void aTaskThatThrowsKeepsNoOtherFromRunning() {
        IllegalStateException thrown = new IllegalStateException();
        work.execute(() -> {
            throw thrown;
        });
        work.execute(() -> heard.add("behind"));

        assertThatThrownBy(work::runAll).isSameAs(thrown);

        assertThat(heard).containsExactly("behind");
        assertThat(work.runAll()).isFalse();
    }

    @Test
    void tasksThatNeverRestAreNamedAndDropped() {
        work.eventLoop().execute(new Runnable() {
            @Override
            public void run() {
                work.eventLoop().execute(this);
            }

            @Override
            public String toString() {
                return "the endless one";
            }
        });

        assertThatThrownBy(work::runAll)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("more than 250000 tasks in a row (expected: channels that come to rest;"
                        + " does one send to itself without end?); the last: the endless one");

        assertThat(work.runAll()).isFalse();
    }
}
