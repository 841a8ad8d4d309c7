package dev.simurgh.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Result;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The test kit, which is compiled and tested on JUnit 5, on the JUnit 6 of this module: what it asks of JUnit's extensions. */
class KitOnJUnit6Test {
    private static final Logger log = LoggerFactory.getLogger("kit");

    @ChannelTest
    abstract static class Base {
        @BeforeEach
        void before(ChannelCase chat) {
            log.warn("before on {}", chat.endpoint().node().self());
        }

        @AfterEach
        void after(ChannelCase chat) {
            chat.logs().assertLogged(Level.WARN, "before on ");
        }

        private static ChannelSpec<Object> spec() {
            return ChannelSpec.builder(Object::new)
                    .nonBlocking()
                    .handleIn("log", (channel, socket) -> {
                        log.warn("a handler");
                        return Result.noReply();
                    })
                    .build();
        }

        void logs(ChannelCase chat) {
            log.warn("a test");
            chat.socket("room", spec()).join("room").push("log");

            chat.logs().assertLogged(Level.WARN, "a test").assertLogged(Level.WARN, "a handler");
        }
    }

    @Nested
    class AsItIs extends Base {
        @Test
        void aTestHasACase(ChannelCase chat) {
            logs(chat);
        }
    }

    @Nested
    class WithSettings extends Base {
        @RegisterExtension
        final ChannelCase.Extension kit = ChannelCase.builder()
                .endpoint(endpoint -> endpoint.nodeName("settings@host"))
                .extension();

        @Test
        void settingsOfTheSubclassCount(ChannelCase chat) {
            assertThat(chat.endpoint().node().self()).isEqualTo("settings@host");
            chat.logs().assertLogged(Level.WARN, "before on settings@host");
        }
    }

    @Nested
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    class OnAThreadOfItsOwn extends Base {
        @Test
        void logsAreHeard(ChannelCase chat) {
            logs(chat);
        }
    }
}
