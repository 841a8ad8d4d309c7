package dev.simurgh.cluster.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.simurgh.cluster.jgroups.Cluster.Node;
import dev.simurgh.cluster.spi.Link;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What happens to the others when the process of a node hangs or dies: with real processes, and real signals. */
@Tag("afterwards")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "no signals")
class HungNodeTest {
    /** More than may wait, and more bytes than memory may grow by. */
    private static final int MESSAGES = 40_000;

    private static final int BYTES = 1_024;
    private static final long MEBIBYTE = 1 << 20;
    /** From one burst to the next: what is looked for is a burst that takes long, not how many there can be. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final String SECRET = "0123456789abcdef".repeat(2);

    private final Cluster cluster = new Cluster();
    private final Node here = cluster.start(
            "here@127.0.0.1:" + Ports.free(), JGroupsCluster.builder().secret(SECRET));
    private final CarrierProcess other = process("other@127.0.0.1:" + Ports.free());
    private final CarrierProcess hung = process("hung@127.0.0.1:" + Ports.free());

    private CarrierProcess process(String address) {
        return new CarrierProcess(address, "secret:" + SECRET, here.address);
    }

    @BeforeEach
    void allMeet() {
        Cluster.until(() -> here.met() == 2 && other.met() == 2 && hung.met() == 2);
    }

    @AfterEach
    void end() {
        hung.close();
        other.close();
        cluster.close();
    }

    private Link linkTo(CarrierProcess process) {
        String name = process.address.substring(0, process.address.lastIndexOf(':'));
        return here.events.links.stream()
                .filter(link -> Contacts.name(((PeerLink) link).peer).equals(name))
                .findAny()
                .orElseThrow();
    }

    @Test
    void aProcessThatHangsHoldsUpNobodyElseAndComesBack() {
        Link toOther = linkTo(other);
        Link toHung = linkTo(hung);
        hung.signal("STOP");
        long before = usedBytes();
        int refused = 0;
        int waits = 0;
        for (int i = 0; i < MESSAGES; i++) {
            var message = Recorder.message(i, BYTES);
            refused += toHung.send(message) ? 0 : 1;
            while (!toOther.send(message)) {
                long takenSoFar = other.received();
                Cluster.until(() -> other.received() > takenSoFar);
                waits++;
            }
        }
        Cluster.until(() -> other.received() == MESSAGES);
        assertTrue(here.met() == 2, "the other has got all long before the hung one was noticed; waits: " + waits);
        assertTrue(refused > MESSAGES / 2, "refused: " + refused);
        long grown = usedBytes() - before;
        assertTrue(grown < 32 * MEBIBYTE, "memory: " + grown);

        Cluster.until(() -> here.met() == 1 && other.met() == 1);
        assertEquals(List.of(toOther), here.events.links);
        keepsSending(toOther);
        hung.signal("CONT");
        Cluster.until(() -> here.met() == 2 && other.met() == 2 && hung.met() == 2);
        assertNotSame(toHung, linkTo(hung));
        assertTrue(here.events.links.contains(toOther));
        long old = hung.received();
        for (int i = 0; i < 2_000; i++) {
            assertTrue(linkTo(hung).send(Recorder.message(i, BYTES)));
        }
        Cluster.until(() -> hung.received() >= old + 2_000);
        assertFaultless();
    }

    /** The one who hangs is looked for meanwhile: to connect takes it no time, to shake hands an eternity. */
    private void keepsSending(Link toOther) {
        long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        long number = MESSAGES;
        while (System.nanoTime() < end) {
            long burst = System.nanoTime();
            for (int i = 0; i < 1_000; i++) {
                assertTrue(toOther.send(Recorder.message(number++, BYTES)));
            }
            long sent = number;
            Cluster.until(() -> other.received() == sent);
            Duration took = Duration.ofNanos(System.nanoTime() - burst);
            assertTrue(took.compareTo(Duration.ofSeconds(2)) < 0, "took " + took);
            Cluster.until(() -> System.nanoTime() - burst > PAUSE.toNanos());
        }
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private void assertFaultless() {
        for (CarrierProcess process : List.of(other, hung)) {
            process.command("faults");
            Cluster.until(() -> process.has("faults []"));
        }
    }

    @Test
    void aProcessThatIsKilledIsGoneWithinSeconds() {
        long start = System.nanoTime();
        hung.signal("KILL");
        Cluster.until(() -> here.met() == 1 && other.met() == 1);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(took.compareTo(Duration.ofSeconds(3)) < 0, "took " + took);
    }

    @Test
    void toLeaveTakesNoLongerWhenAnotherOneHangs() {
        hung.signal("STOP");
        linkTo(hung).send(Recorder.message(0, 10 << 20));
        long start = System.nanoTime();
        here.carrier.close();
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertTrue(took < 3_000, "took " + took + " ms");
        assertFalse(other.has("closed"));
    }
}
