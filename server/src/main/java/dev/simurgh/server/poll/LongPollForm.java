package dev.simurgh.server.poll;

import dev.simurgh.server.HttpHandler;
import dev.simurgh.server.admit.RefusalForm;
import dev.simurgh.server.http.Responses;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The answers of long polling. Their status is in a JSON body, behind HTTP's 200. A client such as phoenix.js stops for
 * ever at a JSON body with a status that it does not know, or with none; a body that is not JSON has it come again. So
 * whatever has no status of its own is said in plain text.
 */
final class LongPollForm implements RefusalForm {
    private static final byte[] MESSAGES = "{\"messages\":".getBytes(StandardCharsets.US_ASCII);
    private static final int FORBIDDEN = 403;
    private static final int FAILED = 500;
    private static final Set<Integer> COME_AGAIN = Set.of(429, 503);

    static FullHttpResponse status(int status) {
        return Responses.json(HttpResponseStatus.OK, body(status));
    }

    private static String body(int status) {
        return "{\"status\":" + status + "}";
    }

    /** What a session has to say; with the token to ask with next, if there is one. */
    static FullHttpResponse answer(PollAnswer answer, Optional<String> token) {
        String end = ",\"status\":" + answer.status()
                + token.map(text -> ",\"token\":\"" + text + "\"").orElse("") + "}";
        ByteBuf body = Unpooled.wrappedBuffer(MESSAGES, answer.messages(), end.getBytes(StandardCharsets.US_ASCII));
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, Responses.JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        return response;
    }

    /** To a request that was not served. */
    static FullHttpResponse failure(HttpResponseStatus status) {
        return status.equals(HttpResponseStatus.INTERNAL_SERVER_ERROR)
                ? Responses.json(status, body(FAILED))
                : Responses.text(status, status.reasonPhrase());
    }

    @Override
    public FullHttpResponse malformed() {
        return failure(HttpResponseStatus.BAD_REQUEST);
    }

    @Override
    public FullHttpResponse forbidden() {
        return status(FORBIDDEN);
    }

    /** "Come later" and "slow down" are no "you may not". */
    @Override
    public FullHttpResponse refused(HttpHandler.Response answer) {
        if (!COME_AGAIN.contains(answer.status())) {
            return forbidden();
        }
        FullHttpResponse response = failure(HttpResponseStatus.valueOf(answer.status()));
        List<String> retryAfter = answer.headers().getOrDefault(HttpHeaderNames.RETRY_AFTER.toString(), List.of());
        if (!retryAfter.isEmpty()) {
            response.headers().set(HttpHeaderNames.RETRY_AFTER, retryAfter);
        }
        return response;
    }

    @Override
    public FullHttpResponse crashed() {
        return failure(HttpResponseStatus.INTERNAL_SERVER_ERROR);
    }
}
