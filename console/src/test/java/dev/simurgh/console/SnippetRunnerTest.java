package dev.simurgh.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class SnippetRunnerTest {
    @Test
    void aStopAsTheSnippetStartsIsNotLost() throws Exception {
        try (Snippets snippets = Snippets.start(getClass().getClassLoader(), Map.of())) {
            String input = "Thread.sleep(1_000_000)";
            assertThat(snippets.isComplete(input)).isTrue();
            CompletableFuture<String> answer = new CompletableFuture<>();
            Thread console = new Thread(() -> answer.complete(snippets.run(input)));
            console.start();
            while (console.isAlive() && noSnippetRuns()) {
                Thread.onSpinWait();
            }

            snippets.stop();

            assertThat(answer.get(30, TimeUnit.SECONDS)).containsAnyOf("interrupted", "InterruptedException");
        }
    }

    /** Looks at the threads of this group and those below it. */
    private static boolean noSnippetRuns() {
        Thread[] threads = new Thread[1_000];
        int count = Thread.enumerate(threads);
        for (int i = 0; i < count; i++) {
            if (threads[i].getName().startsWith("console-snippet-")) {
                return false;
            }
        }
        return true;
    }
}
