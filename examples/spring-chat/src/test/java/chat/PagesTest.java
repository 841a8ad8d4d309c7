package chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Who gets in, and who does not. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class PagesTest {
    @TempDir
    static Path folder;

    @Value("${local.server.port}")
    int port;

    private final ChatClient client = new ChatClient();

    @DynamicPropertySource
    static void data(DynamicPropertyRegistry properties) {
        properties.add("chat.data", () -> folder.resolve("chat.db").toString());
    }

    @Test
    void aStrangerIsLedToTheDoor() throws Exception {
        HttpResponse<String> answer = client.get(port, "/");

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("location").orElse("")).endsWith("/login");
        assertThat(client.get(port, "/login").headers().firstValue("content-security-policy"))
                .contains(Security.CONTENT);
    }

    @Test
    void whoSignsUpIsIn() throws Exception {
        HttpResponse<String> answer = signUp("wren", "Wren & <i>Co</i>", "a long one");

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(client.get(port, "/").body())
                .contains("Wren &amp; &lt;i&gt;Co&lt;/i&gt;")
                .doesNotContain("<i>Co");
        try (ChatClient.Line line = client.connect(port)) {
            assertThat(line.join("room:garden", "{}").get("last")).isNotNull();
        }
    }

    @Test
    void whatIsWrongWithASignUpIsSaidOnThePage() throws Exception {
        assertThat(signUp("attar", "Another", "a long one").body()).contains("The login attar is taken.");
        assertThat(signUp("Attar!", "Another", "a long one").body()).contains("A login has 2 to 20 small letters");
        assertThat(signUp("robin", " ", "a long one").body()).contains("A name has 1 to 40 characters.");
        HttpResponse<String> tooShort = signUp("robin", "\"><script>", "short");
        assertThat(tooShort.statusCode()).isEqualTo(422);
        assertThat(tooShort.body())
                .contains("A password has 8 to 72 characters.")
                .doesNotContain("\"><script>");
    }

    @Test
    void aFormWithoutItsTokenIsRefused() throws Exception {
        client.get(port, "/login");

        assertThat(client.post(port, "/login", Map.of("username", "attar", "password", "feather"), "")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aSocketIsForThoseWhoHaveComeIn() {
        assertThatThrownBy(() -> client.connect(port))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isIn(401, 403));
    }

    @Test
    void nobodyListensToTheTopicOfAnother() throws Exception {
        client.comeIn(port, "attar", "feather");

        try (ChatClient.Line line = client.connect(port)) {
            assertThatThrownBy(() -> line.join("user:hoopoe", "{}")).hasMessageContaining("not yours");
            assertThatThrownBy(() -> line.join("room:nowhere", "{}")).hasMessageContaining("no such room");
        }
    }

    @Test
    void onlyAnAdministratorSeesTheDashboardAndTheMetrics() throws Exception {
        client.comeIn(port, "attar", "feather");
        ChatClient admin = new ChatClient().comeIn(port, "simurgh", "thirty birds");

        for (String path : new String[] {"/dashboard/", "/actuator/metrics", "/actuator/simurgh"}) {
            assertThat(client.get(port, path).statusCode())
                    .as("attar at %s", path)
                    .isEqualTo(403);
            assertThat(admin.get(port, path).statusCode())
                    .as("simurgh at %s", path)
                    .isEqualTo(200);
        }
    }

    private HttpResponse<String> signUp(String login, String name, String password) throws Exception {
        return client.fill(port, "/signup", "/signup", Map.of("login", login, "name", name, "password", password));
    }
}
