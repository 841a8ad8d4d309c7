package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.simurgh.journal.spi.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What may happen to the file that topics are kept in. */
@Timeout(120)
class KeptFileTest {
    private final List<AutoCloseable> open = new ArrayList<>();
    private Path file;

    @TempDir
    Path directory;

    @BeforeEach
    void name() {
        file = directory.resolve("kept.db");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private ConformanceServer start() {
        ConformanceServer server =
                ConformanceServer.start(ConformanceOptions.parse("--port", "0", "--data", file.toString()));
        open.add(() -> server.stop().join());
        return server;
    }

    private TopicTalk talk(ConformanceServer server) {
        TopicTalk talk = TopicTalk.to(server.port(), "kept:a");
        open.add(0, talk);
        return talk;
    }

    @Test
    void oneThatIsSomethingElseIsRefused() throws IOException {
        Files.writeString(file, "this is not a database, but a text that somebody has in the wrong place".repeat(100));
        assertThatThrownBy(this::start).isInstanceOf(StoreException.class).hasMessageContaining(file.toString());
        assertThat(file).content().startsWith("this is not a database");
    }

    @Test
    void oneThatWasCutOffIsRefused() throws Exception {
        ConformanceServer server = start();
        TopicTalk talk = talk(server);
        talk.join("{}");
        for (int n = 0; n < 50; n++) {
            talk.stored("{\"text\":\"" + "x".repeat(1000) + "\"}");
        }
        server.stop().join();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
        assertThatThrownBy(this::start).isInstanceOf(StoreException.class).hasMessageContaining(file.toString());
    }

    @Test
    void aBackupThatWasPutBackIsNotTakenForWhatClientsKnow() throws Exception {
        ConformanceServer server = start();
        TopicTalk talk = talk(server);
        talk.join("{}");
        String inBackup = talk.stored("{\"n\":1}");
        talk.stored("{\"n\":2}");
        String headOfBackup = talk.stored("{\"n\":3}");
        server.stop().join();
        Path backup = directory.resolve("backup.db");
        Files.copy(file, backup);

        server = start();
        talk = talk(server);
        talk.join("{}");
        talk.stored("{\"n\":4}");
        String lost = talk.stored("{\"n\":5}");
        server.stop().join();
        Files.delete(file);
        Files.deleteIfExists(directory.resolve("kept.db-wal"));
        Files.deleteIfExists(directory.resolve("kept.db-shm"));
        Files.copy(backup, file);

        server = start();
        JsonNode ahead = talk(server).resume(lost);
        assertThat(ahead.path("recovered").asBoolean(true)).isFalse();
        assertThat(ahead.path("position").asText()).isEqualTo(headOfBackup);
        talk = talk(server);
        assertThat(talk.resume(inBackup).path("recovered").asBoolean()).isTrue();
        talk.stored("{\"n\":40}");
        talk.stored("{\"n\":50}");
        talk.stored("{\"n\":60}");
        assertThat(talk(server).resume(lost).path("recovered").asBoolean(true))
                .as("the same offset, another entry")
                .isFalse();
        assertThat(talk(server).resume(headOfBackup).path("recovered").asBoolean())
                .isTrue();
    }

    @Test
    void aFullDiskIsToldAndLosesNothing() throws Exception {
        mount(directory);
        ConformanceServer server = start();
        TopicTalk talk = talk(server);
        String began = talk.join("{}").path("response").path("position").asText();
        Path filling = directory.resolve("filling");
        Files.write(filling, new byte[2 << 20]);
        List<String> stored = new ArrayList<>();
        String payload = "{\"text\":\"" + "x".repeat(50_000) + "\"}";
        JsonNode reply = talk.put(payload);
        while (reply.path("status").asText().equals("ok")) {
            stored.add(reply.path("response").path("position").asText());
            reply = talk.put(payload);
        }
        assertThat(stored).isNotEmpty();
        assertThat(reply.path("response").path("reason").asText()).isNotBlank().isNotEqualTo("null");
        TopicTalk reader = TopicTalk.to(server.port(), "room:a");
        open.add(0, reader);
        assertThat(reader.join("{}").path("status").asText()).isEqualTo("ok");

        Files.delete(filling);
        NetworkRig.awaiting().untilAsserted(() -> {
            JsonNode again = talk.put(payload);
            assertThat(again.path("status").asText()).isEqualTo("ok");
            stored.add(again.path("response").path("position").asText());
        });
        server.stop().join();
        TopicTalk resumed = talk(start());
        assertThat(resumed.resume(began).path("recovered").asBoolean()).isTrue();
        List<String> there = new ArrayList<>();
        while (!there.contains(stored.get(stored.size() - 1))) {
            there.add(resumed.next("put").path(1).asText());
        }
        assertThat(there).containsAll(stored).doesNotHaveDuplicates();
    }

    /** Five megabytes; unmounted before the directory is deleted. */
    private void mount(Path where) throws Exception {
        String mount = ClientTools.required("mount");
        String umount = ClientTools.required("umount");
        int exit = new ProcessBuilder(mount, "-t", "tmpfs", "-o", "size=5m", "tmpfs", where.toString())
                .start()
                .waitFor();
        ClientTools.require(exit == 0, "a file system of 5 MB could not be mounted (expected: root)");
        open.add(
                () -> new ProcessBuilder(umount, "-l", where.toString()).start().waitFor(10, TimeUnit.SECONDS));
    }
}
