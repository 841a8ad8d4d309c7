package dev.simurgh.transport.admit;

import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.http.Answer;

/** How a transport says no, so that its clients understand it. */
public interface RefusalForm {
    /** By the status of HTTP. */
    RefusalForm HTTP = new RefusalForm() {
        @Override
        public Answer malformed() {
            return Answer.error(400);
        }

        @Override
        public Answer forbidden() {
            return Answer.empty(403);
        }

        @Override
        public Answer refused(HttpHandler.Response answer) {
            return Answer.of(answer);
        }

        @Override
        public Answer crashed() {
            return Answer.error(500);
        }
    };

    /** The request is not well-formed. */
    Answer malformed();

    /** It may not come in. */
    Answer forbidden();

    /** The application refuses it for a reason. */
    Answer refused(HttpHandler.Response answer);

    /** Code of the application threw. */
    Answer crashed();
}
