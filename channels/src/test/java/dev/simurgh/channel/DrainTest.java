package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Handshake;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DrainTest {
    private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER)
            .channel("room:*", spec -> spec)
            .endpoint(endpoint -> endpoint.drain(DrainOptions.builder()
                    .batchSize(2)
                    .batchInterval(Duration.ofSeconds(3))
                    .limit(Duration.ofSeconds(10))
                    .build()));
    private final List<Client> clients = new ArrayList<>();

    private void connected(int count) {
        for (int i = 0; i < count; i++) {
            clients.add(rig.connect());
        }
    }

    private long closed() {
        return clients.stream()
                .filter(client -> client.transport.closes.equals(List.of("1012")))
                .count();
    }

    @Test
    void connectionsGoInPacedBatchesAndThoseWithoutAChannelToo() {
        connected(5);
        clients.get(0).joined("1", "room:1");
        rig.listener.take();
        var report = rig.endpoint().drain();
        rig.settle();
        assertThat(closed()).isEqualTo(2);
        rig.advance(Duration.ofMillis(2999));
        assertThat(closed()).isEqualTo(2);
        rig.advance(Duration.ofMillis(1));
        assertThat(closed()).isEqualTo(4);
        assertThat(report).isNotDone();
        rig.advance(Duration.ofSeconds(3));
        assertThat(report).isCompletedWithValue(new DrainReport(5, 3, true));
        assertThat(rig.journal).containsExactly("terminate drained");
        assertThat(rig.listener.heard)
                .contains("drained 2, 1 of 3", "drained 2, 2 of 3", "drained 1, 3 of 3", "left room:1 DRAINED");
        assertThat(rig.timers.waiting()).isZero();
        assertThat(rig.endpoint().channelCount()).isZero();
    }

    @Test
    void aLargeBatchIsSpreadOverItsInterval() {
        Rig large = new Rig(Setup.V2_ON_SCHEDULER)
                .channel("room:*", spec -> spec)
                .endpoint(endpoint -> endpoint.drain(DrainOptions.builder()
                        .batchSize(250)
                        .batchInterval(Duration.ofSeconds(1))
                        .build()));
        for (int i = 0; i < 400; i++) {
            clients.add(large.connect());
        }
        var report = large.endpoint().drain();
        List<Long> closed = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            large.settle();
            closed.add(closed());
            large.advance(Duration.ofMillis(200));
        }
        assertThat(closed).containsExactly(100L, 100L, 200L, 200L, 250L, 350L, 350L, 400L);
        assertThat(report).isCompletedWithValue(new DrainReport(400, 2, true));
        assertThat(large.listener.heard).contains("drained 250, 1 of 2", "drained 150, 2 of 2");
        assertThat(large.timers.waiting()).isZero();
    }

    @Test
    void whoCameFirstGoesFirst() {
        connected(40);
        assertThat(rig.endpoint().drain()).isNotDone();
        for (int gone = 2; gone <= 6; gone += 2) {
            rig.settle();
            assertThat(clients.subList(0, gone)).allMatch(client -> !client.transport.closes.isEmpty());
            assertThat(closed()).isEqualTo(gone);
            rig.advance(Duration.ofSeconds(3));
        }
    }

    @Test
    void theClientHearsNothingButTheClose() {
        connected(1);
        clients.get(0).joined("1", "room:1");
        assertThat(rig.endpoint().drain()).isNotDone();
        assertThat(clients.get(0).received()).isEmpty();
        assertThat(closed()).isOne();
    }

    @Test
    void anEmptyEndpointIsDoneAtOnce() {
        assertThat(rig.endpoint().drain()).isCompletedWithValue(new DrainReport(0, 0, true));
        assertThat(rig.timers.waiting()).isZero();
    }

    @Test
    void theLimitEndsTheWait() {
        connected(1);
        clients.get(0).transport.whenGone(() -> {}); // a transport that never goes
        var report = rig.endpoint().drain();
        rig.advance(Duration.ofSeconds(9));
        assertThat(report).isNotDone();
        rig.advance(Duration.ofSeconds(1));
        assertThat(report).isCompletedWithValue(new DrainReport(1, 1, false));
    }

    @Test
    void repeatedCallsGetTheSameAnswer() {
        connected(1);
        var first = rig.endpoint().drain();
        var second = rig.endpoint().drain();
        rig.settle();
        assertThat(first.join()).isSameAs(second.join());
    }

    @Test
    void whoGivesUpOnADrainEndsItForNobodyElse() {
        connected(1);
        clients.get(0).transport.whenGone(() -> {}); // a transport that never goes
        assertThat(rig.endpoint().drain().cancel(false)).isTrue();
        assertThat(rig.endpoint().drain()).isNotDone();
    }

    @Test
    void whoseBatchWouldComeBehindTheLimitGoesAtTheLimit() {
        connected(9); // the last of five batches would go after 12 s
        var report = rig.endpoint().drain();
        for (int i = 0; i < 9; i++) {
            rig.advance(Duration.ofSeconds(1));
        }
        assertThat(closed()).isEqualTo(8);
        rig.advance(Duration.ofSeconds(1));
        assertThat(closed()).isEqualTo(9);
        assertThat(report).isCompleted();
    }

    @Test
    void whoConnectsMeanwhileIsSentAwayToo() {
        connected(1);
        var report = rig.endpoint().drain();
        connected(1);
        assertThat(clients.get(1).transport.closes).isEmpty(); // its transport is given time to know it
        rig.settle();
        assertThat(closed()).isEqualTo(2);
        assertThat(report).isCompleted();
    }

    @Test
    void aConnectionThatIsGoneAlreadyIsNoTrouble() {
        connected(3);
        var report = rig.endpoint().drain();
        clients.get(2).vanish();
        rig.advance(Duration.ofSeconds(3));
        assertThat(report).isCompletedWithValue(new DrainReport(3, 2, true));
        assertThat(clients.get(2).transport.closes).isEmpty();
    }

    @Test
    void aDrainIsOverWhenTheChannelsAre() {
        connected(1);
        clients.get(0).joined("1", "room:1");
        var report = rig.endpoint().drain();
        rig.loop().runAll();
        assertThat(rig.endpoint().connectionCount()).isZero();
        assertThat(report).isNotDone(); // its terminate has not run
        rig.settle();
        assertThat(rig.journal).containsExactly("terminate drained");
        assertThat(report).isCompletedWithValue(new DrainReport(1, 1, true));
    }

    @Test
    void channelsOfAConnectionThatHadGoneBeforeAreAwaitedToo() {
        connected(1);
        clients.get(0).joined("1", "room:1").vanish();
        var report = rig.endpoint().drain();
        rig.loop().runAll();
        assertThat(report).isNotDone();
        rig.settle();
        assertThat(report).isCompletedWithValue(new DrainReport(1, 1, true));
    }

    @Test
    void aTerminateThatHangsIsNotAwaitedTwice() {
        connected(1);
        clients.get(0).joined("1", "room:1");
        var some = rig.endpoint().backstage().drain(transport -> true);
        rig.loop().runAll();
        rig.timers.advance(Duration.ofSeconds(10), () -> {});
        assertThat(some).isCompletedWithValue(new DrainReport(1, 1, false));
        assertThat(rig.endpoint().drain()).isCompletedWithValue(new DrainReport(0, 0, true));
    }

    @Test
    void clientsOfOneServerGoAndThoseOfAnotherStay() {
        connected(1);
        var other = rig.connect(Vsn.V2, rig.addLoop(), Map.of()).joined("1", "room:1");
        var handshake = rig.handshake(Vsn.V2, rig.loop(), Map.of());
        var report = rig.endpoint().backstage().drain(transport -> transport.eventLoop() == rig.loop());
        clients.add(new Client(rig, rig.loop(), Vsn.V2, (Handshake.Accepted) handshake));
        rig.settle();
        assertThat(report).isCompletedWithValue(new DrainReport(1, 1, true));
        assertThat(closed()).isEqualTo(2); // the latecomer as well
        assertThat(other.transport.closes).isEmpty();
        assertThat(rig.endpoint().isDraining()).isFalse();
        var later = rig.connect();
        rig.settle();
        assertThat(later.transport.closes).isEmpty();
    }

    @Test
    void whatAnEventLoopLeavesWhenItEndsIsNotAwaited() {
        connected(1);
        clients.get(0).joined("1", "room:1");
        rig.loop().ended = true;
        var report = rig.endpoint().drain();
        assertThat(report).isNotDone();
        rig.endpoint().backstage().forget(rig.loop());
        assertThat(report).isCompletedWithValue(new DrainReport(1, 1, true));
        assertThat(rig.endpoint().connectionCount()).isZero();
        rig.settle();
        assertThat(rig.journal).containsExactly("terminate connection closed");
    }

    @Test
    void theApplicationHearsThatItBegins() {
        var heard = rig.endpoint().whenDraining();
        assertThat(heard).isNotDone();
        assertThat(rig.endpoint().isDraining()).isFalse();
        assertThat(rig.endpoint().drain()).isNotNull();
        assertThat(heard).isCompleted();
        assertThat(rig.endpoint().isDraining()).isTrue();
        assertThat(rig.endpoint().whenDraining()).isCompleted();
    }

    @Test
    void aDrainThatIsOverHoldsNoConnection() throws Exception {
        connected(3);
        WeakReference<Connection> gone = new WeakReference<>(clients.get(0).connection);
        assertThat(rig.endpoint().drain()).isNotNull();
        rig.advance(Duration.ofSeconds(3));
        clients.clear();
        assertThat(isCollected(gone)).isTrue();
    }

    @Test
    void forEverIsNoLimitAndNoInterval() {
        Duration forever = ChronoUnit.FOREVER.getDuration();
        rig.endpoint(endpoint -> endpoint.drain(DrainOptions.builder()
                .batchSize(2)
                .batchInterval(Duration.ofSeconds(3))
                .limit(forever)
                .build()));
        connected(1);
        var report = rig.endpoint().drain();
        rig.settle();
        assertThat(report).isCompletedWithValue(new DrainReport(1, 1, true));
        rig.endpoint().close();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DrainOptions.builder()
                        .batchSize(2)
                        .batchInterval(forever)
                        .limit(forever)
                        .build())
                .withMessageContaining("expected: a time after which the next batch goes");
    }

    static boolean isCollected(WeakReference<?> reference) {
        for (int i = 0; i < 100 && reference.get() != null; i++) {
            System.gc();
        }
        return reference.get() == null;
    }

    @Test
    void aConnectionWhoseChannelsEndAtOnceIsNotHeld() throws Exception {
        rig.endpoint(endpoint -> endpoint.scheduler(Runnable::run));
        connected(1);
        WeakReference<Connection> gone = new WeakReference<>(clients.get(0).connection);
        clients.get(0).joined("1", "room:1").vanish();
        rig.settle();
        assertThat(rig.endpoint().channelCount()).isZero();
        clients.clear();
        assertThat(isCollected(gone)).isTrue();
    }
}
