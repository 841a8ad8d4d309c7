package dev.simurgh.server;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A client that says exactly what it is told to, byte by byte, and waits at most five seconds for an answer. */
public final class RawClient implements Closeable {
    public static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    public static final int FIN = 0x80;
    public static final int TEXT = 1;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    private static final int MASK = 0x37fa213d;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    public record Answer(int status, Map<String, String> headers, String body, List<String> lines) {
        /** The values of a header that may come several times. */
        public List<String> lines(String name) {
            return lines.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .toList();
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record WsFrame(int first, byte[] content) {
        public int opcode() {
            return first & 0x0F;
        }

        public String text() {
            return new String(content, StandardCharsets.UTF_8);
        }

        public int closeCode() {
            return opcode() == 8 && content.length >= 2 ? (content[0] & 0xFF) << 8 | (content[1] & 0xFF) : -1;
        }
    }

    public RawClient(int port) {
        this(port, 0);
    }

    public RawClient(int port, int receiveBuffer) {
        this(new Socket(), port, receiveBuffer);
    }

    /** Speaks on a socket that is not connected yet. */
    public RawClient(Socket unconnected, int port, int receiveBuffer) {
        socket = unconnected;
        try {
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
            socket.setSoTimeout(5000);
            socket.setTcpNoDelay(true);
            in = new DataInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a WebSocket, which must succeed. */
    public static RawClient webSocket(int port, String target) {
        RawClient client = new RawClient(port);
        Answer answer = client.upgrade(target);
        if (answer.status() != 101) {
            throw new AssertionError("not upgraded: " + answer);
        }
        return client;
    }

    public static String upgradeRequest(String target, String... moreHeaders) {
        StringBuilder request = new StringBuilder("GET " + target
                + " HTTP/1.1\r\nHost: localhost:4000\r\nUpgrade: websocket\r\n"
                + "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + "\r\n");
        for (String header : moreHeaders) {
            request.append(header).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    public Answer upgrade(String target, String... moreHeaders) {
        return request(upgradeRequest(target, moreHeaders));
    }

    public Answer get(String target, String... moreHeaders) {
        return request("GET", target, moreHeaders);
    }

    public Answer request(String method, String target, String... moreHeaders) {
        StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost:4000\r\n");
        for (String header : moreHeaders) {
            request.append(header).append("\r\n");
        }
        return request(request.append("\r\n").toString());
    }

    public Answer request(String text) {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
        return answer(text.startsWith("HEAD"));
    }

    public void send(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Answer answer(boolean headOnly) {
        try {
            String first = line();
            if (!first.startsWith("HTTP/1.1 ")) {
                throw new AssertionError("no answer: " + first);
            }
            int status = Integer.parseInt(first.split(" ", 3)[1]);
            Map<String, String> headers = new LinkedHashMap<>();
            List<String> lines = new ArrayList<>();
            for (String line = line(); !line.isEmpty(); line = line()) {
                lines.add(line);
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            int length = headOnly ? 0 : Integer.parseInt(headers.getOrDefault("content-length", "0"));
            return new Answer(status, headers, new String(in.readNBytes(length), StandardCharsets.UTF_8), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("in the middle of an answer");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }

    public RawClient text(String text) {
        send(frame(FIN | TEXT, text.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    public RawClient frame(int first, String hex) {
        send(frame(first, HexFormat.of().parseHex(hex)));
        return this;
    }

    public RawClient close(int code) {
        send(frame(FIN | CLOSE, new byte[] {(byte) (code >> 8), (byte) code}));
        return this;
    }

    /** A masked frame. */
    public static byte[] frame(int first, byte[] content) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        if (content.length <= 125) {
            frame.write(0x80 | content.length);
        } else if (content.length <= 0xFFFF) {
            frame.write(0x80 | 126);
            frame.write(content.length >> 8);
            frame.write(content.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) content.length >>> shift));
            }
        }
        for (int shift = 24; shift >= 0; shift -= 8) {
            frame.write(MASK >>> shift);
        }
        for (int i = 0; i < content.length; i++) {
            frame.write(content[i] ^ (MASK >>> (24 - 8 * (i & 3))));
        }
        return frame.toByteArray();
    }

    public WsFrame read() {
        try {
            int first = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            long length = second == 126 ? in.readUnsignedShort() : second == 127 ? in.readLong() : second;
            byte[] content = new byte[(int) length];
            in.readFully(content);
            return new WsFrame(first, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads and forgets messages up to a close frame, and returns its code. */
    public int readToClose() {
        WsFrame frame = read();
        while (frame.opcode() != CLOSE) {
            frame = read();
        }
        return frame.closeCode();
    }

    /** Reads so many bytes, or up to the end, and tells how many there were. */
    public int skip(int bytes) {
        try {
            return in.readNBytes(bytes).length;
        } catch (SocketException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells whether the server has ended the TCP connection; waits for it. */
    public boolean ended() {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
