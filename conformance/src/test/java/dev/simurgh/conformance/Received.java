package dev.simurgh.conformance;

/** What a connection can get from the server. */
sealed interface Received {
    /** What it is, on one line. */
    String show();

    record Answer(HttpMessage http) implements Received {
        @Override
        public String show() {
            return "http " + http.firstLine() + " " + http.body();
        }
    }

    record Frame(WireFrame wire) implements Received {
        @Override
        public String show() {
            return wire.show();
        }
    }

    /** The server ended or reset the TCP stream, or never took the connection. */
    record TcpEnd(String how) implements Received {
        @Override
        public String show() {
            return "tcp-end " + how;
        }
    }
}
