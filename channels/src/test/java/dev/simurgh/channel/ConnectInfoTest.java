package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.spi.Handshake;
import java.io.IOException;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConnectInfoTest {
    private static final Assigns.Key<String> TENANT = Assigns.key("tenant");
    private static final Assigns.Key<User> USER = Assigns.key("user");

    private record User(String name, String csrfToken) {}

    private static ConnectInfo withHeader(String name, String value) {
        return ConnectInfo.builder().headers(Map.of(name, value)).build();
    }

    @Test
    void headersAreFoundByKind() {
        ConnectInfo info = ConnectInfo.builder()
                .headers(Map.of(
                        "Traceparent", "00-aa-bb-01",
                        "tracestate", "a=1",
                        "Sec-WebSocket-Version", "13",
                        "X-One", "1"))
                .build();
        assertThat(info.traceContextHeaders()).isEqualTo(Map.of("traceparent", "00-aa-bb-01", "tracestate", "a=1"));
        assertThat(info.secWebSocketHeaders()).isEqualTo(Map.of("sec-websocket-version", "13"));
        assertThat(info.xHeaders()).isEqualTo(Map.of("x-one", "1"));
    }

    @Test
    void cookiesAreReadAsTheyWereSent() {
        assertThat(withHeader("cookie", "a=1; b=\"two\";c = x=y ;a=2; ; =z; d; e=")
                        .cookies())
                .containsExactly(Map.entry("a", "1"), Map.entry("b", "two"), Map.entry("c", "x=y"), Map.entry("e", ""));
        assertThat(withHeader("cookie", "q=\"").cookies()).containsExactly(Map.entry("q", "\""));
        assertThat(ConnectInfo.builder().build().cookies()).isEmpty();
    }

    @Test
    void whoTheClientIsStaysWhereTheApplicationAddsItsOwn() {
        Principal ada = () -> "ada";
        ConnectInfo info = ConnectInfo.builder().principal(ada).build();
        assertThat(info.with(Assigns.of(TENANT, "t")).principal()).containsSame(ada);
        assertThat(ConnectInfo.builder().build().principal()).isEmpty();
    }

    @Test
    void anAddressIsTakenApart() {
        RequestUri uri = RequestUri.of("https", "example.com", 443, "/a/b?c=d?e");
        assertThat(uri).isEqualTo(new RequestUri("https", "example.com", 443, "/a/b", "c=d?e"));
        assertThat(uri).hasToString("https://example.com:443/a/b?c=d?e");
        assertThat(RequestUri.ofTarget("/a")).hasToString("/a");
    }

    @Test
    void parametersAreTextsListsAndMaps() {
        List<String> list = new ArrayList<>(List.of("1"));
        ConnectRequest request = ConnectRequest.of(
                Map.of("a", list, "b", Map.of("k", "v"), "c", "text"),
                ConnectInfo.builder().build());
        list.add("2");
        assertThat(request.params()).isEqualTo(Map.of("c", "text"));
        assertThat(request.param("a")).isEmpty();
        assertThat(request.nested()).isEqualTo(Map.of("a", List.of("1"), "b", Map.of("k", "v"), "c", "text"));
        assertThatThrownBy(() -> request.nested().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ConnectRequest.of(Map.of("n", 1), request.info()))
                .hasMessage("parameter: 1 (expected: a text, a list or a map)");
    }

    @Test
    void whatTheApplicationAddsIsThereInConnect() {
        Rig rig = new Rig(Setup.V2_ON_SCHEDULER);
        rig.socket(socket -> socket.info(
                        request -> Assigns.of(TENANT, request.param("t").orElse("none")))
                .connect(request -> ConnectResult.ok(
                        Assigns.of(TENANT, request.info().value(TENANT).orElseThrow()))));
        var accepted = (Handshake.Accepted) rig.handshake(Vsn.V2, rig.loop(), Map.of("t", "acme"));
        assertThat(accepted.assigns().get(TENANT)).isEqualTo("acme");
    }

    @Test
    void severalMayAddSomething() {
        Rig rig = new Rig(Setup.V2_ON_SCHEDULER);
        Assigns.Key<String> other = Assigns.key("other");
        rig.socket(socket -> socket.info(request -> Assigns.of(TENANT, "first").with(other, "other"))
                .info(request -> Assigns.of(TENANT, "second"))
                .connect(request -> ConnectResult.ok(
                        Assigns.of(TENANT, request.info().value(TENANT).orElseThrow())
                                .with(other, request.info().value(other).orElseThrow()))));
        var accepted = (Handshake.Accepted) rig.handshake(Vsn.V2, rig.loop(), Map.of());
        assertThat(accepted.assigns()).isEqualTo(Assigns.of(TENANT, "second").with(other, "other"));
    }

    @Test
    void aSessionIsGivenOnlyToThoseWhoKnowItsToken() throws Exception {
        CookieSession<User> sessions = CookieSession.of(
                USER,
                cookies -> Optional.ofNullable(cookies.get("sid"))
                        .filter("s1"::equals)
                        .map(id -> new User("ann", "t1")),
                (user, token) -> user.csrfToken().equals(token));
        assertThat(find(sessions, "sid=s1", Map.of("_csrf_token", "t1"))).isEqualTo("Assigns[user]");
        assertThat(find(sessions, "sid=s1", Map.of("_csrf_token", "t2"))).isEqualTo("Assigns[]");
        assertThat(find(sessions, "sid=s1", Map.of())).isEqualTo("Assigns[]");
        assertThat(find(sessions, "sid=s1", Map.of("_csrf_token", List.of("t1"))))
                .isEqualTo("Assigns[]");
        assertThat(find(sessions, "sid=s2", Map.of("_csrf_token", "t1"))).isEqualTo("Assigns[]");
        assertThat(find(sessions, "", Map.of("_csrf_token", "t1"))).isEqualTo("Assigns[]");
    }

    private static String find(CookieSession<?> sessions, String cookies, Map<String, ?> params) throws Exception {
        return sessions.find(ConnectRequest.of(params, withHeader("cookie", cookies)))
                .toString();
    }

    @Test
    void aSessionStoreThatFailsIsACrashOfConnect() {
        Rig rig = new Rig(Setup.V2_ON_SCHEDULER);
        rig.socket(socket -> socket.session(CookieSession.of(
                        USER,
                        cookies -> {
                            throw new IOException("no store");
                        },
                        (user, token) -> true))
                .connect(request -> ConnectResult.ok()));
        assertThat(rig.handshake(Vsn.V2, rig.loop(), Map.of("_csrf_token", "t")))
                .isInstanceOf(Handshake.Crashed.class);
        assertThat(rig.handshake(Vsn.V2, rig.loop(), Map.of())).isInstanceOf(Handshake.Accepted.class);
    }
}
