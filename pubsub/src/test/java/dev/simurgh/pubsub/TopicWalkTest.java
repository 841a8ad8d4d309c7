package dev.simurgh.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who watches goes through the topics without asking the event loops. */
class TopicWalkTest {
    private final ManualLoop loop = new ManualLoop();
    private final ManualLoop second = new ManualLoop();
    private final PubSub pubsub = PubSub.local();

    private Map<String, Integer> walked() {
        Map<String, Integer> seen = new HashMap<>();
        pubsub.eachTopic(
                (topic, subscribers) -> assertThat(seen.put(topic, subscribers)).isNull());
        return seen;
    }

    @Test
    void eachTopicComesOnceWithTheSubscribersOfAllLoops() {
        var one = pubsub.subscribe("a", loop, new Inbox());
        pubsub.subscribe("a", loop, new Inbox());
        pubsub.subscribe("a", second, new Inbox());
        pubsub.subscribe("b", second, new Inbox());
        assertThat(walked()).as("on their way").isEmpty();
        loop.runAll();
        second.runAll();
        assertThat(walked()).isEqualTo(Map.of("a", 3, "b", 1));
        assertThat(pubsub.subscriberCount("a")).isEqualTo(3);
        assertThat(pubsub.subscriberCount("c")).isZero();
        assertThat(pubsub.topicCount()).isEqualTo(2);
        one.cancel();
        loop.runAll();
        assertThat(walked()).isEqualTo(Map.of("a", 2, "b", 1));
        pubsub.forget(second);
        assertThat(walked()).isEqualTo(Map.of("a", 1));
    }
}
