package dev.simurgh.transport.poll;

import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.admit.RefusalForm;
import dev.simurgh.transport.http.Answer;
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

    static Answer status(int status) {
        return Answer.json(200, body(status));
    }

    private static String body(int status) {
        return "{\"status\":" + status + "}";
    }

    /** What a session has to say; with the token to ask with next, if there is one. */
    static Answer answer(PollAnswer answer, Optional<String> token) {
        String end = ",\"status\":" + answer.status()
                + token.map(text -> ",\"token\":\"" + text + "\"").orElse("") + "}";
        return Answer.of(200, Answer.JSON, MESSAGES, answer.messages(), end.getBytes(StandardCharsets.US_ASCII));
    }

    /** To a request that was not served. */
    static Answer failure(int status) {
        return status == FAILED ? Answer.json(status, body(FAILED)) : Answer.text(status, Answer.phrase(status));
    }

    @Override
    public Answer malformed() {
        return failure(400);
    }

    @Override
    public Answer forbidden() {
        return status(FORBIDDEN);
    }

    /** "Come later" and "slow down" are no "you may not". */
    @Override
    public Answer refused(HttpHandler.Response answer) {
        if (!COME_AGAIN.contains(answer.status())) {
            return forbidden();
        }
        Answer response = failure(answer.status());
        List<String> retryAfter = answer.headers().getOrDefault("retry-after", List.of());
        if (!retryAfter.isEmpty()) {
            response.set("retry-after", retryAfter);
        }
        return response;
    }

    @Override
    public Answer crashed() {
        return failure(FAILED);
    }
}
