package dev.simurgh.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PacedIoTest {
    private static final EpollIoOps READ = EpollIoOps.EPOLLIN;
    private static final EpollIoOps RESET = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP);

    private static final EpollIoOps ERROR = EpollIoOps.EPOLLERR;
    private static final EpollIoOps QUIET = EpollIoOps.EPOLLET;
    private static final int NO_FILE = 1 << 30;

    private final Epoll epoll = new Epoll();
    private final PacedIo io = new PacedIo(epoll, () -> epoll.micros * 1000);
    private final List<String> handled = new ArrayList<>();

    @Test
    void whoIsAtWorkGoesBeforeThoseThatCome() throws Exception {
        Connection old = atWork("old");
        Connection comes = connection("comes");
        turn(comes.is(READ), old.is(READ));

        assertThat(handled).containsExactly("old", "comes");
    }

    @Test
    void whoIsAtWorkGoesBeforeThoseThatGo() throws Exception {
        Connection goes = atWork("goes");
        Connection stays = atWork("stays");
        turn(goes.is(RESET), stays.is(READ));

        assertThat(handled).containsExactly("stays", "goes");
    }

    @Test
    void thoseThatComeAndGoGetAQuarterOfAMillisecondOfATurnAndNobodyBlocksWhileTheyWait() throws Exception {
        Connection stays = atWork("stays");
        List<Ready> gone = goes(10, 100);

        assertThat(turn(gone)).as("may block").isTrue();
        assertThat(handled).containsExactly("0", "1", "2");
        gone.subList(0, 3).clear();
        gone.add(stays.is(READ));
        assertThat(turn(gone)).as("may block").isFalse();
        assertThat(handled).containsExactly("0", "1", "2", "stays", "3", "4", "5");
    }

    @Test
    void theyGetAsLongAsAllElseTookButNotMoreThanFiveMilliseconds() throws Exception {
        Connection stays = atWork("stays");
        turn(goes(100, 500));
        assertThat(handled).hasSize(1);

        stays.costsMicros = 3000;
        turn(stays.is(READ));
        assertThat(handled).hasSize(1 + 1 + 6);
        stays.costsMicros = 60_000;
        turn(stays.is(READ));
        assertThat(handled).hasSize(1 + 1 + 6 + 1 + 10);
    }

    @Test
    void oneOfThemIsWorkedOnHoweverLongItTakes() throws Exception {
        turn(goes(2, 50_000));

        assertThat(handled).containsExactly("0");
    }

    @Test
    void whatIsReportedAgainIsDoneOnceAndInItsOrder() throws Exception {
        List<Ready> gone = goes(4, 150);
        turn(gone);
        turn(gone.get(3), gone.get(2));
        turn();

        assertThat(handled).containsExactly("0", "1", "2", "3");
    }

    @Test
    void theLatestEventCounts() throws Exception {
        Connection first = connection("first");
        first.costsMicros = 2000;
        Connection second = connection("second");
        turn(first.is(READ), second.is(READ));
        turn(second.is(RESET));

        assertThat(second.last).isEqualTo(RESET);
    }

    @Test
    void whoGoesIsNotReportedAgainAndAgainWhileItWaits() throws Exception {
        Connection first = connection("first");
        first.costsMicros = 2000;
        Connection goes = connection("goes");
        turn(first.is(RESET), goes.is(RESET));
        assertThat(goes.registration.asked).as("when it is ready first").containsExactly(READ);

        assertThat(waitsQuietly().registration.asked).containsExactly(READ, QUIET);
    }

    @Test
    void whoGoesAndStaysAfterAllIsHeardAgain() throws Exception {
        Connection first = connection("first");
        first.costsMicros = 3000;
        Connection goes = connection("goes");
        turn(first.is(RESET), connection("second").is(READ), goes.is(RESET));
        first.costsMicros = 0;
        List<Ready> reported = List.of(goes.is(RESET), goes.is(ERROR));
        goes.outer.submit(RESET);
        turn(reported);

        assertThat(goes.last).as("an error says less").isEqualTo(RESET);
        assertThat(goes.registration.asked).containsExactly(READ, RESET, QUIET, RESET);
        goes.outer.submit(READ);
        assertThat(goes.registration.asked).endsWith(RESET, READ);
    }

    @Test
    void whatItWantsWhileItWaitsIsAskedForAfterwards() throws Exception {
        Connection goes = waitsQuietly();
        goes.outer.submit(EpollIoOps.EPOLLOUT);
        assertThat(goes.registration.asked).containsExactly(READ, QUIET);
        turn();

        assertThat(handled).endsWith("goes");
        assertThat(goes.registration.asked).containsExactly(READ, QUIET, EpollIoOps.EPOLLOUT);
    }

    @Test
    void whoHasBeenClosedIsNotAskedForAnything() throws Exception {
        Connection goes = waitsQuietly();
        goes.open = false; // what Netty does first; its registration ends later
        turn();

        assertThat(handled).endsWith("goes");
        assertThat(goes.registration.asked).containsExactly(READ, QUIET);
    }

    /** Has been reported twice while others had their turns. */
    private Connection waitsQuietly() throws Exception {
        Connection first = connection("first");
        first.costsMicros = 2000;
        Connection second = connection("second");
        second.costsMicros = 5000;
        Connection goes = connection("goes");
        turn(first.is(RESET), second.is(RESET), goes.is(RESET));
        turn(goes.is(RESET));
        return goes;
    }

    @Test
    void whatWasClosedMeanwhileIsForgotten() throws Exception {
        Connection first = connection("first");
        first.costsMicros = 2000;
        Connection second = connection("second");
        turn(first.is(READ), second.is(READ));
        second.registration.valid = false; // all that a Netty of each 4.2 says of it
        turn();

        assertThat(handled).containsExactly("first");
        assertThat(turn()).as("may block").isTrue();
    }

    @Test
    void whatTheEndOfAConnectionThrowsIsItsOwnEndAndNobodyElses() throws Exception {
        Connection bad = connection("bad");
        bad.throwsThis = new IllegalStateException("as it was told to");
        Connection worse = connection("worse");
        worse.throwsThis = new StackOverflowError("as it was told to");
        worse.throwsWhenClosed = true;
        Connection stays = atWork("stays");
        turn(bad.is(RESET), worse.is(RESET), connection("comes").is(READ));
        turn(stays.is(READ));

        assertThat(handled).containsExactly("bad", "bad closed", "worse", "worse closed", "comes", "stays");
    }

    @Test
    void acceptingIsComingForEver() throws Exception {
        Connection acceptor = connection("accept");
        acceptor.registered = register((EpollIoHandle) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {EpollIoHandle.class, Channel.Unsafe.class},
                (proxy, method, args) -> {
                    if (method.getName().equals("handle")) {
                        handled.add("accept");
                    }
                    return null; // no remote address
                }));
        for (int i = 0; i < 2 * PacedIo.FIRST_EVENTS; i++) {
            turn(acceptor.is(READ));
        }
        handled.clear();
        turn(acceptor.is(READ), atWork("stays").is(READ));

        assertThat(handled).containsExactly("stays", "accept");
    }

    private Connection connection(String name) throws Exception {
        Connection made = new Connection(name);
        made.registered = register(made);
        made.registration = epoll.lastRegistration;
        made.outer.submit(READ);
        return made;
    }

    private Connection atWork(String name) throws Exception {
        Connection made = connection(name);
        for (int i = 0; i < PacedIo.FIRST_EVENTS; i++) {
            turn(made.is(READ));
        }
        handled.clear();
        return made;
    }

    private List<Ready> goes(int number, int micros) throws Exception {
        List<Ready> ready = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            Connection each = connection(String.valueOf(i));
            each.costsMicros = micros;
            ready.add(each.is(RESET));
        }
        return ready;
    }

    private EpollIoHandle register(EpollIoHandle handle) throws Exception {
        IoRegistration outer = io.register(handle);
        if (handle instanceof Connection connection) {
            connection.outer = outer;
        }
        return epoll.last;
    }

    /** Whether the loop may block in it. */
    private boolean turn(Ready... ready) {
        return turn(List.of(ready));
    }

    private boolean turn(List<Ready> ready) {
        epoll.ready = ready;
        io.run(new Context());
        return epoll.mayBlock;
    }

    private record Ready(Connection connection, EpollIoOps ops) {}

    private final class Connection implements EpollIoHandle {
        private final String name;
        private EpollIoHandle registered = this;
        private int costsMicros;
        private EpollIoOps last = EpollIoOps.NONE;
        private Registration registration = new Registration();
        private IoRegistration outer = registration;
        private boolean open = true;
        private @Nullable Throwable throwsThis;
        private boolean throwsWhenClosed;

        Connection(String name) {
            this.name = name;
        }

        Ready is(EpollIoOps ops) {
            return new Ready(this, ops);
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            last = ((EpollIoEvent) event).ops();
            handled.add(name);
            epoll.micros += costsMicros;
            if (throwsThis instanceof Error error) {
                throw error;
            } else if (throwsThis instanceof RuntimeException exception) {
                throw exception;
            }
        }

        @Override
        public FileDescriptor fd() {
            return new FileDescriptor(NO_FILE) {
                @Override
                public boolean isOpen() {
                    return open;
                }
            };
        }

        @Override
        public void close() {
            handled.add(name + " closed");
            if (throwsWhenClosed) {
                throw new IllegalStateException("as it was told to");
            }
        }
    }

    /** Reports what a test says, and has a clock that only handling moves on. */
    private static final class Epoll implements IoHandler {
        private long micros;
        private List<Ready> ready = List.of();
        private boolean mayBlock;
        private EpollIoHandle last = noHandle();
        private Registration lastRegistration = new Registration();

        private static EpollIoHandle noHandle() {
            return (EpollIoHandle) Proxy.newProxyInstance(
                    Epoll.class.getClassLoader(), new Class<?>[] {EpollIoHandle.class}, (proxy, method, args) -> null);
        }

        @Override
        public int run(IoHandlerContext context) {
            mayBlock = context.canBlock();
            ready.forEach(
                    one -> one.connection.registered.handle(one.connection.registration, (EpollIoEvent) () -> one.ops));
            return ready.size();
        }

        @Override
        public IoRegistration register(IoHandle handle) {
            last = (EpollIoHandle) handle;
            lastRegistration = new Registration();
            return lastRegistration;
        }

        @Override
        public void wakeup() {}

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return true;
        }
    }

    private static final class Registration implements IoRegistration {
        private final List<EpollIoOps> asked = new ArrayList<>();
        private boolean valid = true;

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // as it is declared
        public <T> T attachment() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long submit(IoOps ops) {
            asked.add((EpollIoOps) ops);
            return 0;
        }

        @Override
        public boolean isValid() {
            return valid;
        }

        @Override
        public boolean cancel() {
            return true;
        }
    }

    private static final class Context implements IoHandlerContext {
        @Override
        public boolean canBlock() {
            return true;
        }

        @Override
        public long delayNanos(long now) {
            return 0;
        }

        @Override
        public long deadlineNanos() {
            return 0;
        }
    }
}
