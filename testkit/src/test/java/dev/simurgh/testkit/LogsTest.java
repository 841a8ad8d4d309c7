package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

@ChannelTest
class LogsTest {
    private static final Logger log = LoggerFactory.getLogger("play");

    @Test
    void aLineIsFoundByLevelAndText(ChannelCase chat) {
        log.warn("two birds in the {}", "bush");

        chat.logs()
                .assertLogged(Level.WARN, "birds in the bush")
                .assertLogged(Level.WARN, "play two")
                .refuteLogged(Level.ERROR, "birds");
        assertThat(chat.logs().lines()).containsExactly("WARN play two birds in the bush");
    }

    @Test
    void aCrashIsFoundByWhatWasThrown(ChannelCase chat) {
        chat.connect(PlayChannel.socket()).tryJoin("play:boom").assertCrashed();

        chat.logs().assertLogged(Level.ERROR, "an exception was raised", IllegalStateException.class);
        chat.logs().assertLogged(Level.ERROR, "IllegalStateException: boom");
        assertThatThrownBy(() -> chat.logs().assertLogged(Level.ERROR, "an exception", ArithmeticException.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith(
                        "assertLogged\n  expected: ERROR with \"an exception\" and a java.lang.ArithmeticException\n"
                                + "  logged:\n    ");
    }

    @Test
    void whatIsMissingOrUnwantedShowsAllLines(ChannelCase chat) {
        assertThatThrownBy(() -> chat.logs().assertLogged(Level.WARN, "birds"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("assertLogged\n  expected: WARN with \"birds\"\n  logged:\n    (nothing)");
        log.warn("birds");
        assertThatThrownBy(() -> chat.logs().assertLogged(Level.ERROR, "birds"))
                .hasMessage("assertLogged\n  expected: ERROR with \"birds\"\n  logged:\n    WARN play birds");
        assertThatThrownBy(() -> chat.logs().refuteLogged(Level.WARN, "birds"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("refuteLogged\n  expected: no WARN with \"birds\"\n  logged:\n    WARN play birds");
    }

    @Test
    void otherThreadsAreHeardWhereTheTestSaysSo(ChannelCase chat) throws Exception {
        Thread deaf = new Thread(() -> log.warn("not mine"));
        Thread heard = new Thread(chat.logs().hearing(() -> log.warn("mine")));
        deaf.start();
        heard.start();
        deaf.join();
        heard.join();

        assertThat(chat.logs().lines()).containsExactly("WARN play mine");
    }

    @Test
    void testsInParallelDoNotSeeEachOther() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CyclicBarrier together = new CyclicBarrier(4);
        List<Future<List<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String own = "line of test " + i;
            answers.add(threads.submit(() -> {
                try (ChannelCase chat = ChannelCase.create()) {
                    together.await();
                    log.warn(own);
                    together.await();
                    return chat.logs().lines();
                }
            }));
        }
        threads.shutdown();
        for (int i = 0; i < 4; i++) {
            assertThat(answers.get(i).get()).containsExactly("WARN play line of test " + i);
        }
    }

    @Test
    void nothingIsHeardAfterTheEnd() {
        ChannelCase chat = ChannelCase.create();
        chat.close();
        log.warn("too late");

        assertThat(chat.logs().lines()).isEmpty();
    }
}
