package dev.simurgh.server.http;

import dev.simurgh.channel.spi.Query;
import dev.simurgh.transport.http.Answer;
import dev.simurgh.transport.http.HeaderSetter;
import dev.simurgh.transport.http.Route;
import dev.simurgh.transport.http.Routes;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files under a path, from a directory or the class path. They are read on an executor; small ones are kept in memory
 * for as long as their time stamp and length stay the same.
 *
 * <p>Nothing outside the directory is served, nor anything whose name, or whose folder's name, starts with a dot, but for
 * {@code .well-known}.
 */
public final class StaticFiles implements Route<HttpExchange> {
    private static final Logger log = LoggerFactory.getLogger(StaticFiles.class);
    private static final String INDEX = "index.html";

    private final String prefix;
    private final FileSource source;
    private final FileCache cache = new FileCache();
    private final Executor executor;

    public StaticFiles(String prefix, FileSource source, Executor executor) {
        this.prefix = Routes.normalize(prefix);
        this.source = source;
        this.executor = executor;
    }

    @Override
    public void serve(HttpExchange exchange) {
        if (!exchange.isMethod("GET") && !exchange.isMethod("HEAD")) {
            exchange.respond(Answer.allowed(exchange, "GET, HEAD, OPTIONS"));
            return;
        }
        Optional<String> name = nameOf(exchange.path());
        if (name.isEmpty()) {
            notFound(exchange);
            return;
        }
        try {
            executor.execute(() -> serve(exchange, name.get()));
        } catch (RejectedExecutionException e) {
            exchange.respond(Answer.error(503));
        }
    }

    /** The name of the file for a path, relative to the source; empty if it is none that may be asked for. */
    private Optional<String> nameOf(String path) {
        String decoded;
        try {
            decoded = Query.decode(Routes.normalize(path).substring(prefix.length()), false);
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
        StringBuilder name = new StringBuilder();
        for (String part : decoded.split("/", -1)) {
            if (part.chars().anyMatch(c -> c < ' ' || c == '\\' || c == ':')
                    || (part.startsWith(".") && !part.equals(".well-known"))) {
                return Optional.empty();
            }
            if (!part.isEmpty()) {
                name.append(name.isEmpty() ? "" : "/").append(part);
            }
        }
        if (name.isEmpty()) {
            return Optional.of(INDEX);
        }
        return Optional.of(path.endsWith("/") ? name + "/" + INDEX : name.toString());
    }

    private void serve(HttpExchange exchange, String name) {
        try {
            Optional<FileSource.Found> found = source.find(name);
            if (found.isEmpty()) {
                notFound(exchange);
            } else {
                serve(exchange, name, found.get());
            }
        } catch (Throwable thrown) { // an Error leaves no request without an answer, either
            exchange.clientLog().failure(log, thrown, "file {} cannot be read", name);
            exchange.respond(Answer.error(500));
        }
    }

    private void serve(HttpExchange exchange, String name, FileSource.Found found) throws IOException {
        if (found.length() > FileCache.MAX_FILE_BYTES) {
            String tag = "\"" + Long.toHexString(found.length()) + "-" + Long.toHexString(found.modified()) + "\"";
            if (isFresh(exchange, tag)) {
                exchange.respond(notModified(name, tag));
            } else {
                serveLarge(exchange, name, found, tag);
            }
            return;
        }
        FileCache.Content content = cache.get(name, found);
        if (isFresh(exchange, content.tag())) {
            exchange.respond(notModified(name, content.tag()));
            return;
        }
        Answer answer = Answer.of(200, ContentTypes.of(name), content.bytes());
        addHeaders(answer::set, name, content.tag());
        exchange.respond(answer);
    }

    private void serveLarge(HttpExchange exchange, String name, FileSource.Found found, String tag) throws IOException {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        addHeaders(head.headers()::set, name, tag);
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, ContentTypes.of(name))
                .set(HttpHeaderNames.CONTENT_LENGTH, found.length());
        if (exchange.isMethod("HEAD")) {
            exchange.respond(new DefaultFullHttpResponse(
                    head.protocolVersion(),
                    head.status(),
                    Unpooled.EMPTY_BUFFER,
                    head.headers(),
                    EmptyHttpHeaders.INSTANCE));
        } else {
            exchange.respond(head, found.open(), found.length(), executor);
        }
    }

    private static boolean isFresh(HttpExchange exchange, String tag) {
        String known = exchange.header("if-none-match");
        return known.equals("*") || known.contains(tag);
    }

    private static Answer notModified(String name, String tag) {
        Answer answer = Answer.empty(304);
        addHeaders(answer::set, name, tag);
        return answer;
    }

    /** Pages are asked for anew each time, so that they name the right scripts; the rest is good for five minutes. */
    private static void addHeaders(HeaderSetter headers, String name, String tag) {
        headers.set("etag", tag);
        headers.set("cache-control", name.endsWith(".html") ? "no-cache" : "public, max-age=300");
    }

    private static void notFound(HttpExchange exchange) {
        exchange.respond(Answer.text(404, Answer.phrase(404)));
    }
}
