package dev.simurgh.server.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.TooLongHttpHeaderException;

/** The headers of a request, of which there can be only so many: each takes some 150 bytes, however short it is. */
final class CountedHeaders extends DefaultHttpHeaders {
    /** Browsers send about 20, and proxies add a few. */
    static final int MAX = 128;

    private int count;

    private CountedHeaders(DefaultHttpHeadersFactory rules) {
        super(rules.getNameValidator(), rules.getValueValidator());
    }

    @Override
    public HttpHeaders add(CharSequence name, Object value) {
        if (++count > MAX) {
            throw new TooLongHttpHeaderException("more than " + MAX + " headers");
        }
        return super.add(name, value);
    }

    /** Makes them by rules of Netty's. */
    record Factory(DefaultHttpHeadersFactory rules) implements HttpHeadersFactory {
        @Override
        public HttpHeaders newHeaders() {
            return new CountedHeaders(rules);
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
            return new CountedHeaders(rules);
        }
    }
}
