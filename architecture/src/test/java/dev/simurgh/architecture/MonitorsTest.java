package dev.simurgh.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import dev.simurgh.architecture.CallGraph.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Nothing waits while it holds a monitor. On Java 21 to 23 a virtual thread that does keeps the thread that carries it; on all others it
 * keeps those who want the monitor, and one of them may be an event loop. A new name in the list is to be thought about: which threads come by
 * there?
 */
class MonitorsTest {
    private static final Set<String> WAITERS = Set.of(
            // for a new connection between nodes: three looks at a file
            "ClusterTlsFiles.context",
            // the thread that starts the application: the cluster first looks for the others
            "Endpoint.start",
            "JGroupsCarrier.start",
            // the thread that ends it
            "Endpoint.closeAfter",
            // the journal's one thread for writing
            "JdbcStore.write",
            "JdbcStore.trim",
            // who asks for the health: 50 ms at most
            "JournalProbe.trouble",
            // whoever has the files read again; connections have the pair that was read before
            "Tls.reload");

    @Test
    void onlyTheseWaitWithAMonitorInTheirHands() {
        Map<String, List<String>> found = CallGraph.of(
                        importer -> importer.withImportOption(new ImportOption.DoNotIncludeTests()),
                        "dev.simurgh.channel",
                        "dev.simurgh.cluster",
                        "dev.simurgh.dashboard",
                        "dev.simurgh.jackson",
                        "dev.simurgh.jackson3",
                        "dev.simurgh.jakarta",
                        "dev.simurgh.journal",
                        "dev.simurgh.micrometer",
                        "dev.simurgh.netty",
                        "dev.simurgh.pem",
                        "dev.simurgh.presence",
                        "dev.simurgh.protocol",
                        "dev.simurgh.pubsub",
                        "dev.simurgh.reactor",
                        "dev.simurgh.server",
                        "dev.simurgh.spring",
                        "dev.simurgh.token",
                        "dev.simurgh.transport")
                .underMonitor(MonitorsTest::waits);
        assertThat(found.entrySet().stream()
                        .filter(one -> !WAITERS.contains(one.getKey()))
                        .flatMap(one -> one.getValue().stream()))
                .isEmpty();
        assertThat(found).containsOnlyKeys(WAITERS);
    }

    /** What it would find. */
    static final class Waiting {
        private final CountDownLatch latch = new CountDownLatch(0);
        private final Object monitor = new Object();

        synchronized void awaitInAMethod() throws InterruptedException {
            await();
        }

        void awaitInABlock(boolean early) throws InterruptedException {
            synchronized (monitor) {
                if (early) {
                    return;
                }
                await();
            }
        }

        void awaitBehindABlock(boolean early) throws InterruptedException {
            synchronized (monitor) {
                if (early) {
                    return;
                }
            }
            await();
        }

        private void await() throws InterruptedException {
            latch.await();
        }
    }

    @Test
    void aWayToWhatWaitsIsTold() {
        Map<String, List<String>> found = CallGraph.of(
                        importer -> importer.withImportOption(location -> location.contains("MonitorsTest$Waiting")),
                        MonitorsTest.class.getPackageName())
                .underMonitor(MonitorsTest::waits);
        String rest = " -> MonitorsTest$Waiting.await -> CountDownLatch.await";
        assertThat(found)
                .isEqualTo(Map.of(
                        "MonitorsTest$Waiting.awaitInAMethod",
                        List.of("MonitorsTest$Waiting.awaitInAMethod" + rest),
                        "MonitorsTest$Waiting.awaitInABlock",
                        List.of("MonitorsTest$Waiting.awaitInABlock" + rest)));
    }

    private static boolean waits(Method method) {
        String name = method.name();
        return switch (method.owner()) {
            case "java/lang/Object" -> name.equals("wait");
            case "java/lang/Thread" -> name.equals("sleep") || name.equals("join");
            case "java/lang/Process" -> name.equals("waitFor");
            case "java/nio/file/Files" -> true;
            case "java/net/InetAddress" ->
                (name.startsWith("get") && !method.descriptor().startsWith("()")) || name.equals("getHostName");
            default -> isSql(method) || isIo(method) || waitsForOthers(method);
        };
    }

    private static boolean isSql(Method method) {
        return method.owner().startsWith("java/sql/") || method.owner().startsWith("javax/sql/");
    }

    private static boolean isIo(Method method) {
        boolean moves = Stream.of("read", "write", "transfer", "flush", "connect", "accept", "force")
                .anyMatch(method.name()::startsWith);
        return moves
                && (method.owner().startsWith("java/nio/channels/")
                        || method.owner().startsWith("java/net/")
                        || Set.of(
                                        "java/io/InputStream",
                                        "java/io/OutputStream",
                                        "java/io/FileInputStream",
                                        "java/io/FileOutputStream")
                                .contains(method.owner()));
    }

    private static boolean waitsForOthers(Method method) {
        String owner = method.owner();
        String name = method.name();
        if (!owner.startsWith("java/util/concurrent/")) {
            return false;
        }
        return (owner.contains("/locks/") && (name.startsWith("lock") || name.startsWith("park")))
                || name.startsWith("await")
                || name.startsWith("acquire")
                || name.startsWith("invokeA")
                || (owner.endsWith("Future") && (name.equals("get") || name.equals("join")))
                || (owner.endsWith("e") && (name.equals("take") || name.equals("put"))) // a Queue or a Deque
                || (method.descriptor().contains("TimeUnit") && (name.startsWith("poll") || name.startsWith("offer")));
    }
}
