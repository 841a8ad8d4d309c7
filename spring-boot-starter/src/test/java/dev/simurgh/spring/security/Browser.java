package dev.simurgh.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A browser with cookies. */
final class Browser {
    private final int webPort;
    final CookieManager cookies = new CookieManager();
    private final HttpClient http =
            HttpClient.newBuilder().cookieHandler(cookies).build();

    Browser(int webPort) {
        this.webPort = webPort;
    }

    HttpResponse<String> send(HttpRequest.Builder request, String path) throws IOException, InterruptedException {
        return http.send(
                request.uri(URI.create("http://127.0.0.1:" + webPort + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String form) throws Exception {
        return send(
                HttpRequest.newBuilder()
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form)),
                path);
    }

    Browser login(String user) throws Exception {
        Matcher csrf = Pattern.compile("name=\"_csrf\" type=\"hidden\" value=\"([^\"]+)\"")
                .matcher(send(HttpRequest.newBuilder(), "/login").body());
        assertThat(csrf.find()).isTrue();
        post("/login", "username=" + user + "&password=a&_csrf=" + encoded(csrf.group(1)));
        return this;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    String csrf() throws Exception {
        return send(HttpRequest.newBuilder(), "/csrf").body();
    }

    String ticket() throws Exception {
        String json = post("/simurgh/ticket", "_csrf=" + encoded(csrf())).body();
        return json.replaceAll(".*\"ticket\":\"([^\"]+)\".*", "$1");
    }

    /** The session's cookie, as a header has it. */
    String cookie() {
        return cookies.getCookieStore().getCookies().stream()
                .map(cookie -> cookie.getName() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));
    }

    void logout() throws Exception {
        post("/logout", "_csrf=" + encoded(csrf()));
    }
}
