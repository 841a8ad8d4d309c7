package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.simurgh.channel.Limits;
import dev.simurgh.conformance.Attackers.Kind;
import dev.simurgh.transport.WebSocketOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many clients at once that mean no good: they are let go of while nothing else happens, and a client that is there already notices nothing.
 * Closing the rig checks that nothing is left of them; here also the heap is. {@code -Dhostile.clients} says how many there are, 500 by default; as many times longer is the busy topic.
 */
@Timeout(240)
@Isolated("counts the descriptors and the memory of the process")
class HostileClientsTest {
    private static final int CLIENTS = Integer.getInteger("hostile.clients", 500);
    private static final int DEAF = Math.min(CLIENTS, 200);
    private static final int TIMES = Math.max(1, CLIENTS / 500);
    private static final int ECHOES = 20;
    private static final int MAX_QUEUE_BYTES = 128 << 10;
    private static final int MAX_LEFT_BYTES = 8 << 20;
    private static final int WINDOW_BYTES = 40_000;
    private static final Duration IDLE = Duration.ofSeconds(3);
    /** Whoever listens may be slow for want of a processor. */
    private static final Duration PATIENT = Duration.ofMinutes(1);

    private static NetworkRig rig(Duration idleTimeout) {
        return new NetworkRig(
                Limits.builder().maxQueueBytes(MAX_QUEUE_BYTES).build(),
                WebSocketOptions.builder()
                        .compress()
                        .idleTimeout(idleTimeout)
                        .closeTimeout(NetworkRig.CLOSE)
                        .build());
    }

    private static ReturningClient witness(NetworkRig rig) {
        return rig.joined(rig.direct("room:witness").heartbeat(Duration.ofMillis(300)));
    }

    /** Whoever has a good network has a good server. */
    private static void echoes(ReturningClient witness, String when) {
        for (int i = 0; i < ECHOES; i++) {
            String mark = when + i + ";";
            witness.push("room:witness", "echo", "{\"mark\":\"" + mark + "\"}");
            NetworkRig.awaitUntil(() -> witness.got("phx_reply", mark));
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"SLOW_MESSAGE", "DEAF", "JOINED"})
    void theyAreAllLetGoOf(Kind kind) throws IOException {
        long heapBefore = 0;
        try (NetworkRig rig = rig(IDLE)) {
            ReturningClient witness = witness(rig);
            heapBefore = Inventory.heapBytes();
            try (Attack attack = new Attack(rig.server.server.port(), kind, CLIENTS)) {
                attack.awaitConnected();
                echoes(witness, "during");
                attack.awaitEnded();
                NetworkRig.awaitUntil(() -> rig.server.endpoint.connectionCount() == 1);
            }
            assertThat(witness.ends()).isEmpty();
            assertThat(Inventory.heapBytes()).isLessThan(heapBefore + MAX_LEFT_BYTES);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HALF_A_REQUEST", "ONLY_A_HANDSHAKE"})
    void nobodyElseNeedsToSayAnythingForThat(Kind kind) throws IOException {
        try (NetworkRig rig = rig(IDLE);
                Attack attack = new Attack(rig.server.server.port(), kind, 20)) {
            attack.awaitEnded();
            rig.awaitNobody();
        }
    }

    /** They are as alive as those that send heartbeats. What they announce takes no room before it comes. */
    @Test
    void whoSendsAMessageByteByByteTakesTheRoomOfWhatHasCome() throws IOException {
        try (NetworkRig rig = rig(IDLE)) {
            ReturningClient witness = witness(rig);
            long heapBefore = Inventory.heapBytes();
            long directBefore = Inventory.directBytes();
            try (Attack attack = new Attack(rig.server.server.port(), Kind.SLOW_MESSAGE, CLIENTS)) {
                attack.awaitConnected();
                NetworkRig.awaitUntil(() -> rig.server.endpoint.connectionCount() > CLIENTS / 2);
                echoes(witness, "during");
                assertThat(Inventory.heapBytes() - heapBefore).isLessThan(MAX_LEFT_BYTES + CLIENTS * 8L * 1024);
                assertThat(Inventory.directBytes() - directBefore).isLessThan(MAX_LEFT_BYTES);
            }
            NetworkRig.awaitUntil(() -> rig.server.endpoint.connectionCount() == 1);
            assertThat(witness.ends()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"1000, 4000", "10, 10000"})
    void aBusyTopicKeepsItsPaceWhileOthersOnItNeverRead(int bytes, int many) throws IOException {
        int broadcasts = many * TIMES;
        try (NetworkRig rig = rig(PATIENT)) {
            Queue<Integer> heard = new ConcurrentLinkedQueue<>();
            ReturningClient listener = rig.joined(
                    rig.direct(message -> hear(message, heard), "room:busy").heartbeat(Duration.ofMillis(300)));
            long[] calm = broadcast(rig, heard, bytes, broadcasts, 0);
            long directBefore = Inventory.directBytes();
            try (Attack attack = new Attack(rig.server.server.port(), Kind.DEAF, DEAF)) {
                attack.awaitConnected();
                NetworkRig.awaitUntil(() -> rig.server.endpoint.channelCount() == DEAF + 1);
                long[] during = broadcast(rig, heard, bytes, broadcasts, broadcasts);

                System.out.printf(
                        "hostile: a broadcast of %d bytes, p50 / p99: %d / %d µs, with %d that never read %d / %d µs, %d KB waited%n",
                        bytes, calm[0], calm[1], DEAF, during[0], during[1], (during[2] - directBefore) >> 10);
                assertThat(during[0]).as("p50, µs").isLessThan(10 * calm[0] + 1000);
                assertThat(during[2] - directBefore).as("direct memory in use").isLessThan(DEAF * 2L * MAX_QUEUE_BYTES);
                if (bytes > 100) { // of small ones the kernel takes all: then nothing waits here
                    NetworkRig.awaitUntil(() -> rig.server.endpoint.connectionCount() == 1);
                }
            }
            assertThat(listener.ends()).isEmpty();
            assertThat(heard)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 2 * broadcasts).boxed().toList());
        }
    }

    private static void hear(JsonNode message, Queue<Integer> heard) {
        if (message.get(3).asText().equals("busy")) {
            heard.add(message.get(4).get("n").asInt());
        }
    }

    /** At the pace of the one that listens; returns how long a call took, p50 and p99, and the most direct memory in use. */
    private static long[] broadcast(NetworkRig rig, Queue<Integer> heard, int bytes, int count, int first) {
        String text = "x".repeat(bytes);
        long[] micros = new long[count];
        long most = 0;
        int window = WINDOW_BYTES / (bytes + 100);
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            rig.server.endpoint.broadcast("room:busy", "busy", Map.of("n", first + i, "s", text));
            micros[i] = (System.nanoTime() - start) / 1000;
            if (i % window == 0) {
                int soFar = first + i;
                NetworkRig.awaitUntil(() -> heard.size() > soFar - window);
                most = Math.max(most, Inventory.directBytes());
            }
        }
        NetworkRig.awaitUntil(() -> heard.size() == first + count);
        Arrays.sort(micros);
        return new long[] {micros[count / 2], micros[count - count / 100], most};
    }
}
