package chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChatApplicationTest {
    @Test
    void ofAnOptionThatComesTwiceTheLastCounts() {
        assertThat(ChatApplication.properties(
                        List.of("--data", "a.db", "--port", "1", "--data", "b.db", "--simurgh.cluster.name=a@b=c")))
                .containsExactly("--chat.data=b.db", "--server.port=1", "--simurgh.cluster.name=a@b=c");
    }

    @Test
    void whatIsNoOptionIsSaidWithThoseThereAre() {
        assertThatThrownBy(() -> ChatApplication.properties(List.of("4000")))
                .hasMessageStartingWith("4000 (expected: an option)\nusage: ./simurgh spring-chat");
        assertThatThrownBy(() -> ChatApplication.properties(List.of("--port")))
                .hasMessageStartingWith("--port without a value");
    }
}
