package dev.simurgh.conformance;

import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.opentest4j.TestAbortedException;

/**
 * Client libraries that others wrote, unmodified, against the conformance server: every case with every library that can do it. The
 * libraries go at the same time, each with a server of its own, since most of the time passes in their timers.
 * {@code -Dconformance.client=phoenix} takes the libraries with that in their names, {@code -Dconformance.case=binary} the cases.
 */
@Execution(ExecutionMode.CONCURRENT)
class ClientsTest {
    @TestFactory
    Stream<DynamicContainer> theClientsGetAlong() {
        return ClientLibrary.ALL.stream()
                .filter(library -> wanted("conformance.client", library.title()))
                .map(ClientsTest::casesOf);
    }

    private static DynamicContainer casesOf(ClientLibrary library) {
        Running running = new Running(library);
        Stream<DynamicTest> cases = ClientCase.ALL.stream()
                .filter(each -> each.suits(library) && wanted("conformance.case", each.name()))
                .map(each -> DynamicTest.dynamicTest(each.name(), () -> running.run(each)));
        return DynamicContainer.dynamicContainer(container -> container
                .displayName(library.title())
                .childExecutionMode(ExecutionMode.SAME_THREAD)
                .children(cases.onClose(running::close)));
    }

    private static boolean wanted(String property, String name) {
        return name.toLowerCase(Locale.ROOT)
                .contains(System.getProperty(property, "").toLowerCase(Locale.ROOT));
    }

    /** A library and its server, from its first case to its last. */
    private static final class Running {
        private final ClientLibrary library;
        private final ServerProcess server = new ServerProcess();
        private @Nullable ClientUnderTest client;

        Running(ClientLibrary library) {
            this.library = library;
        }

        String name(ClientCase each) {
            return library.title() + ": " + each.name();
        }

        /** The console names no dynamic test, so what ends one has to. */
        void run(ClientCase each) throws Exception {
            try {
                talk(each);
            } catch (TestAbortedException e) {
                throw new TestAbortedException(name(each) + ": " + e.getMessage(), e);
            } catch (AssertionError e) {
                throw new AssertionError(name(each) + ": " + e.getMessage(), e);
            }
        }

        private void talk(ClientCase each) throws Exception {
            ClientUnderTest running = client;
            if (running == null) {
                running = library.start().start();
                client = running;
                server.start();
            }
            try (ClientTalk talk = new ClientTalk(library, running, server)) {
                each.body().run(talk);
            }
        }

        void close() {
            try (server) {
                if (client != null) {
                    client.close();
                }
            }
        }
    }
}
