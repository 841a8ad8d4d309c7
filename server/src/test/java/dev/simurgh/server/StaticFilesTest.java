package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.server.RawClient.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StaticFilesTest {
    @TempDir
    Path parent;

    private Path root;
    private TestServer test;

    @BeforeEach
    void start() throws IOException {
        root = Files.createDirectory(parent.resolve("root"));
        Files.writeString(root.resolve("a.txt"), "one");
        Files.writeString(root.resolve("a b.bin"), "blank");
        Files.writeString(root.resolve("big.dat"), "0123456789".repeat(250_000));
        Files.createDirectory(root.resolve("folder"));
        Files.writeString(parent.resolve("secret.txt"), "secret");
        Files.createSymbolicLink(root.resolve("leak.txt"), parent.resolve("secret.txt"));
        test = TestServer.start(server -> server.files("/", "site")
                .files("/disk", root.toString())
                .files("/jar", "classpath:org/junit/jupiter/api"));
    }

    @AfterEach
    void stop() {
        test.close();
    }

    private Answer get(String target, String... headers) {
        try (RawClient client = test.client()) {
            return client.get(target, headers);
        }
    }

    @Test
    void filesComeFromTheClassPath() {
        assertThat(get("/").body()).contains("<title>site</title>");
        assertThat(get("/index.html").headers())
                .containsEntry("content-type", "text/html; charset=utf-8")
                .containsEntry("cache-control", "no-cache")
                .containsEntry("x-content-type-options", "nosniff");
        assertThat(get("/app.js").headers())
                .containsEntry("content-type", "text/javascript; charset=utf-8")
                .containsEntry("cache-control", "public, max-age=300");
        assertThat(get("/sub/").body()).contains("<title>sub</title>");
        assertThat(get("/sub").status()).isEqualTo(404);
    }

    @Test
    void filesComeFromAnArchive() {
        assertThat(get("/jar/Test.class").status()).isEqualTo(200);
        assertThat(get("/jar/function").status()).isEqualTo(404);
        assertThat(get("/jar/").status()).isEqualTo(404);
    }

    @Test
    void filesComeFromADirectoryAndMayChange() throws IOException {
        assertThat(get("/disk/a.txt").body()).isEqualTo("one");
        assertThat(get("/disk/a%20b.bin").headers()).containsEntry("content-type", "application/octet-stream");
        Files.writeString(root.resolve("a.txt"), "other");
        assertThat(get("/disk/a.txt").body()).isEqualTo("other");
        Files.delete(root.resolve("a.txt"));
        assertThat(get("/disk/a.txt").status()).isEqualTo(404);
    }

    @Test
    void aLongFileComesInPieces() {
        try (RawClient client = test.client()) {
            Answer answer = client.get("/disk/big.dat");

            assertThat(answer.body()).hasSize(2_500_000).endsWith("0123456789");
            assertThat(client.get(
                                    "/disk/big.dat",
                                    "If-None-Match: " + answer.headers().get("etag"))
                            .status())
                    .isEqualTo(304);
            assertThat(client.request("HEAD", "/disk/big.dat").headers()).containsEntry("content-length", "2500000");
            assertThat(client.get("/disk/a.txt").body()).isEqualTo("one");
        }
    }

    @Test
    void aClientThatHasTheFileIsToldSo() {
        try (RawClient client = test.client()) {
            String tag = client.get("/app.js").headers().get("etag");

            assertThat(client.get("/app.js", "If-None-Match: " + tag).status()).isEqualTo(304);
            assertThat(client.get("/app.js", "If-None-Match: \"other\"").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void headAsksForTheHeadersOnly() {
        try (RawClient client = test.client()) {
            Answer answer = client.request("HEAD", "/disk/a.txt");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers()).containsEntry("content-length", "3");
            assertThat(client.get("/disk/a.txt").body()).isEqualTo("one");
            assertThat(client.request("POST", "/disk/a.txt", "Content-Length: 0")
                            .status())
                    .isEqualTo(405);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/disk/../secret.txt",
                "/disk/%2e%2e/secret.txt",
                "/disk/..%2fsecret.txt",
                "/disk/%2e%2e%2fsecret.txt",
                "/disk/..%5csecret.txt",
                "/disk/..\\secret.txt",
                "/disk/folder/../../secret.txt",
                "/disk/a.txt%00",
                "/disk/%00",
                "/disk/leak.txt",
                "/disk/folder",
                "/disk//..//secret.txt",
                "/disk/%ff",
                "/../secret.txt",
                "/%2e%2e/secret.txt",
                "/.git/HEAD",
                "/%2egit/HEAD",
                "/nothing.html",
                "/C:/secret.txt"
            })
    void nothingElseIsServed(String target) {
        Answer answer = get(target);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("Not Found");
    }

    private RawClient inTheMiddleOf(Path file) throws IOException {
        Files.write(file, new byte[24 << 20]);
        RawClient client = new RawClient(test.server.port(), 4096);
        client.send("GET /disk/changing HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(client.answer(true).headers()).containsEntry("content-length", Integer.toString(24 << 20));
        return client;
    }

    @Test
    void aFileThatGrowsMeanwhileIsSentAsLongAsItWas() throws IOException {
        Path file = root.resolve("changing");
        try (RawClient client = inTheMiddleOf(file)) {
            Files.write(file, new byte[1000], StandardOpenOption.APPEND);
            client.skip(24 << 20);

            assertThat(client.get("/disk/a.txt").body()).isEqualTo("one");
        }
    }

    @Test
    void aFileThatShrinksMeanwhileIsCutOffAndNothingElseTakenForIt() throws IOException {
        Path file = root.resolve("changing");
        try (RawClient client = inTheMiddleOf(file)) {
            Files.write(file, new byte[10]);

            assertThat(client.skip(24 << 20)).isLessThan(24 << 20);
        }
    }
}
