package dev.simurgh.server.admit;

import dev.simurgh.server.HttpHandler;
import dev.simurgh.server.http.Responses;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;

/** How a transport says no, so that its clients understand it. */
public interface RefusalForm {
    /** By the status of HTTP. */
    RefusalForm HTTP = new RefusalForm() {
        @Override
        public FullHttpResponse malformed() {
            return Responses.error(HttpResponseStatus.BAD_REQUEST);
        }

        @Override
        public FullHttpResponse forbidden() {
            return Responses.empty(HttpResponseStatus.FORBIDDEN);
        }

        @Override
        public FullHttpResponse refused(HttpHandler.Response answer) {
            return Responses.of(answer);
        }

        @Override
        public FullHttpResponse crashed() {
            return Responses.error(HttpResponseStatus.INTERNAL_SERVER_ERROR);
        }
    };

    /** The request is not well-formed. */
    FullHttpResponse malformed();

    /** It may not come in. */
    FullHttpResponse forbidden();

    /** The application refuses it for a reason. */
    FullHttpResponse refused(HttpHandler.Response answer);

    /** Code of the application threw. */
    FullHttpResponse crashed();
}
