package dev.simurgh.dashboard;

import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.HttpHandler.Request;
import dev.simurgh.transport.HttpHandler.Response;
import dev.simurgh.transport.TransportBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The page over HTTP: its files and its token, for those who are let in. All that it refers to is relative to where it is, so it does not matter under which path a proxy
 * shows it.
 */
final class WebPage {
    private static final String FOLDER = "web/";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*(\\.[A-Za-z0-9]+)+");
    private static final Pattern FOLDER_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "mjs", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "txt", "text/plain; charset=utf-8");

    /** What the page's own scripts, styles and socket need, and nothing else: no script that somebody has smuggled into a name of a topic would run. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final DashboardAccess.Authorizer access;
    private final PageTokens tokens;
    private final Map<String, Content> files = new ConcurrentHashMap<>();

    WebPage(DashboardAccess.Authorizer access, PageTokens tokens) {
        this.access = access;
        this.tokens = tokens;
    }

    void addTo(TransportBuilder<?> server, String path) {
        server.handler("GET", path, guarded((request, viewer) -> index(request)))
                .handler("GET", path + "/token", guarded(this::token))
                .handler("GET", path + "/:file", guarded((request, viewer) -> file(request, "")))
                .handler(
                        "GET",
                        path + "/:folder/:file",
                        guarded((request, viewer) ->
                                file(request, request.param("folder").orElse(""))));
    }

    /** Answers somebody who has been let in. */
    @FunctionalInterface
    private interface Answer {
        Response to(Request request, Viewer viewer) throws IOException;
    }

    private HttpHandler guarded(Answer answer) {
        return HttpHandler.of(request -> {
            DashboardAccess decision = Objects.requireNonNull(
                    access.decide(request), "authorizer returned null (expected: such as DashboardAccess.refused())");
            Viewer viewer = decision.viewer();
            return secured(viewer == null ? decision.refusal() : answer.to(request, viewer));
        });
    }

    private static Response secured(Response response) {
        Response.Builder secured = response.toBuilder();
        if (response.header("cache-control").isEmpty()) {
            secured.header("Cache-Control", "no-store");
        }
        return secured.header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("X-Frame-Options", "DENY")
                .header("Referrer-Policy", "no-referrer")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                .build();
    }

    /** The page, where relative references are those below the path. */
    private Response index(Request request) throws IOException {
        if (request.path().endsWith("/")) {
            return file(request, read("index.html"));
        }
        String last = request.path().substring(request.path().lastIndexOf('/') + 1);
        return Response.of(302).withHeader("Location", last + "/");
    }

    /** No other site's page can read it; where the browser says that one asks, it gets none. */
    private Response token(Request request, Viewer viewer) {
        return request.header("sec-fetch-site").orElse("same-origin").equals("same-origin")
                ? Response.json(
                        "{\"token\":\"" + tokens.sign(viewer) + "\",\"renew_in_s\":" + PageTokens.RENEW_SECONDS + "}")
                : Response.text("Forbidden: a token is for the dashboard's own page")
                        .withStatus(403);
    }

    private Response file(Request request, String folder) throws IOException {
        String name = request.param("file").orElse("");
        if (!NAME.matcher(name).matches()
                || !(folder.isEmpty() || FOLDER_NAME.matcher(folder).matches())) {
            return Response.text("Not Found").withStatus(404);
        }
        return file(request, read(folder.isEmpty() ? name : folder + "/" + name));
    }

    private Response file(Request request, Optional<Content> found) {
        if (found.isEmpty()) {
            return Response.text("Not Found").withStatus(404);
        }
        Content content = found.get();
        boolean known = request.header("if-none-match")
                .map(tags -> tags.contains(content.tag))
                .orElse(false);
        Response.Builder response =
                Response.builder().header("ETag", content.tag).header("Cache-Control", "private, no-cache");
        return known
                ? response.status(304).build()
                : response.body(content.type, content.bytes).build();
    }

    /** What is there is kept; what is not is looked for each time, so that names that somebody makes up fill nothing. */
    private Optional<Content> read(String name) throws IOException {
        Content known = files.get(name);
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
        if (known != null || type == null) {
            return Optional.ofNullable(known);
        }
        try (InputStream in = WebPage.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                return Optional.empty();
            }
            Content read = new Content(type, in.readAllBytes());
            files.put(name, read);
            return Optional.of(read);
        }
    }

    /** A file. */
    private static final class Content {
        final String type;
        final byte[] bytes;
        final String tag;

        Content(String type, byte[] bytes) {
            CRC32C sum = new CRC32C();
            sum.update(bytes);
            this.type = type;
            this.bytes = bytes;
            this.tag = "\"" + Long.toHexString(sum.getValue()) + "-" + bytes.length + "\"";
        }
    }
}
