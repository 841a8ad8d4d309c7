package dev.simurgh.cluster.jgroups;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.simurgh.cluster.spi.Link;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jgroups.Address;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LinksTest {
    private final AtomicReference<Runnable> whenFirstComes = new AtomicReference<>(() -> {});
    private final Recorder events = new Recorder() {
        @Override
        public void received(Link link, byte[] array, int offset, int length) {
            super.received(link, array, offset, length);
            whenFirstComes.getAndSet(() -> {}).run();
        }
    };
    private final AtomicInteger clock = new AtomicInteger();
    private final Links links = new Links((peer, packet) -> {}, events, clock::get);
    private final Address b = UUID.randomUUID();
    private final Address c = UUID.randomUUID();

    @AfterEach
    void end() {
        links.close();
        assertEquals(List.of(), events.faults);
        assertEquals(events.ups.get(), events.downs.get());
    }

    /** A message comes from a node. */
    private void receive(Address from, int generation, long number) {
        byte[] message = Recorder.message(number, 10).bytes();
        byte[] packet = new byte[Packet.HEADER + message.length];
        Packet.writeHeader(packet, generation);
        System.arraycopy(message, 0, packet, Packet.HEADER, message.length);
        links.received(from, packet, 0, packet.length);
    }

    private Link link() {
        assertEquals(1, events.links.size());
        return events.links.get(0);
    }

    private long received() {
        return Objects.requireNonNull(events.received.get(link())).get();
    }

    @Test
    void aLinkLastsAsLongAsViewsHaveIt() {
        links.view(List.of(b, c));
        assertEquals(2, events.links.size());
        links.view(List.of(b));
        Link ofB = link();
        links.view(List.of(b, c));
        links.view(List.of(b));
        assertSame(ofB, link());
    }

    @Test
    void whatComesBeforeTheViewWaitsForIt() {
        receive(b, 1, 0);
        receive(b, 1, 1);
        assertEquals(0, events.ups.get());
        links.view(List.of(b));
        assertEquals(2, received());
    }

    @Test
    void whatComesLaterDoesNotOvertakeWhatWaits() throws InterruptedException {
        for (int generation = 1; generation <= 100; generation++) {
            int now = generation;
            int early = 50;
            for (int i = 0; i < early; i++) {
                receive(b, now, i);
            }
            Thread later = new Thread(() -> receive(b, now, early));
            whenFirstComes.set(later::start);
            links.view(List.of(b));
            later.join();
            assertEquals(early + 1, received());
            links.view(List.of());
        }
    }

    @Test
    void onlyWhatCameOfTheLatestLinkWaits() {
        for (int i = 0; i < 2_000; i++) { // more than may wait
            receive(b, 1, i);
        }
        receive(b, 2, 0);
        receive(b, 1, 2_000);
        receive(b, 2, 1);
        links.view(List.of(b));
        assertEquals(2, received());
        receive(b, 2, 2);
        assertEquals(3, received());
    }

    static List<Error> errors() {
        return List.of(new OutOfMemoryError("as a test has it"), new AssertionError("as a test has it"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void aLinkThatFailsIsReplaced(Error error) {
        List<byte[]> sent = new CopyOnWriteArrayList<>();
        AtomicBoolean fails = new AtomicBoolean(true);
        Links failing = new Links(
                (peer, packet) -> {
                    if (fails.getAndSet(false)) {
                        throw error;
                    }
                    sent.add(packet);
                },
                events);
        failing.view(List.of(b));
        await().until(() -> !sent.isEmpty());
        assertEquals(2, Packet.generation(sent.get(0), 0));
        assertEquals(1, events.downs.get());
        assertEquals(1, events.links.size());
        failing.close();
    }

    @Test
    void whatComesTooLateEndsTheLinkAndWhatComesBehindItIsIgnored() {
        links.view(List.of(b));
        Link before = link();
        receive(b, 1, 0);
        clock.set(1);
        receive(b, 1, 1);
        await().until(() -> events.downs.get() == 1 && events.links.size() == 1);
        assertNotSame(before, link());
        clock.set(0);
        receive(b, 1, 2);
        assertEquals(0, received());
        receive(b, 2, 0);
        assertEquals(1, received());
    }

    @Test
    void aNodeThatComesBackGetsANewLink() {
        links.view(List.of(b));
        Link before = link();
        links.view(List.of());
        links.view(List.of(b));
        assertNotSame(before, link());
    }

    @Test
    void whatWasSentOnTheFormerLinkIsIgnored() {
        links.view(List.of(b));
        links.view(List.of());
        links.view(List.of(b));
        receive(b, 1, 17);
        assertEquals(0, received());
        receive(b, 2, 0);
        assertEquals(1, received());
    }

    @Test
    void aNodeThatHadLostThisOneBeginsANewLinkHereToo() {
        links.view(List.of(b));
        receive(b, 1, 0);
        Link before = link();
        receive(b, 2, 0);
        assertNotSame(before, link());
        assertEquals(1, received());
        assertEquals(1, events.downs.get());
    }

    @Test
    void whatCameEarlyOnAFormerLinkIsIgnored() {
        links.view(List.of(b));
        links.view(List.of());
        receive(b, 1, 17);
        links.view(List.of(b));
        assertEquals(0, received());
    }

    @Test
    void rubbishIsIgnored() {
        links.view(List.of(b));
        links.received(b, new byte[0], 0, 0);
        links.received(b, new byte[] {9, 0, 0, 0, 1, 2}, 0, 6);
        links.received(b, new byte[] {1, 0, 0, 0, 1, 2}, 0, 6);
        assertEquals(0, received());
    }

    @Test
    void afterTheEndNoLinkBegins() {
        links.close();
        links.view(List.of(b));
        receive(c, 1, 0);
        assertEquals(0, events.ups.get());
    }
}
