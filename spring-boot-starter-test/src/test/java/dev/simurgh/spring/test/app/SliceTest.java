package dev.simurgh.spring.test.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.when;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.spring.test.SimurghTest;
import dev.simurgh.spring.test.app.Chat.Rooms;
import dev.simurgh.spring.test.app.Chat.Said;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.Joined;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

@SimurghTest
class SliceTest {
    @MockitoBean
    Rooms rooms;

    @Autowired
    ApplicationContext context;

    @Autowired
    ChannelCase chat;

    @Test
    void channelsTalkToMocks() {
        when(rooms.title("1")).thenReturn("The lobby");
        Joined room = chat.connect("/socket").join("room:1");

        room.assertReply(room.push("title", Map.of()), "ok", new Said("The lobby"));
    }

    @Test
    void timeStandsStillUntilItIsAdvanced(ChannelCase given) {
        assertThat(given).isSameAs(chat);
        Joined room = chat.connect("/socket").join("room:1");

        room.push("remind", new Said("tea"));
        chat.clock().advance(Duration.ofMinutes(9));
        room.refutePush();
        chat.clock().advance(Duration.ofMinutes(1));
        room.assertPush("reminder", new Said("tea"));
    }

    @Test
    void theEndpointIsThatOfTheBeansAndNothingElseIsThere() {
        assertThat(context.getBean(Endpoint.class)).isSameAs(chat.endpoint());
        assertThat(chat.mounted("/socket").patterns()).containsExactlyInAnyOrder("lobby", "plain:*", "room:*");
        assertThat(context.getBeanNamesForType(Chat.News.class)).isEmpty();
        assertThat(context.containsBean("simurghServer")).isFalse();
        assertThatThrownBy(() -> chat.connect("/none")).hasMessage("socket: /none (expected: one of [/socket])");
    }

    @Test
    void aTestLeavesNothingToTheNext() {
        assertThat(chat.endpoint().connectionCount()).isZero();
        chat.connect("/socket").join("lobby");
    }

    @Test
    void norDoesAnother() {
        assertThat(chat.endpoint().connectionCount()).isZero();
        chat.connect("/socket").join("lobby");
    }

    @Test
    void aCrashThatNobodyAskedForIsToldAtTheEnd() {
        chat.connect("/socket").join("room:1").push("fail", Map.of());

        assertThatThrownBy(chat::endTest).isInstanceOf(AssertionError.class).hasMessageContaining("on purpose");
    }

    @Test
    void springMayInjectIt(@Autowired ChannelCase given) {
        assertThat(given).isSameAs(chat);
    }

    @Nested
    class Made {
        private final ChannelCase given;

        @Autowired
        Made(ChannelCase given) {
            this.given = given;
        }

        @Test
        void aConstructorMayTakeIt() {
            assertThat(given).isSameAs(chat);
        }
    }

    @Nested
    class Within {
        @Test
        void aNestedClassHasTheSame(ChannelCase given) {
            assertThat(given).isSameAs(chat);
        }
    }
}
