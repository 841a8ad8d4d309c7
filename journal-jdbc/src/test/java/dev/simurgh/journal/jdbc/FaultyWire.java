package dev.simurgh.journal.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A way to a server on which bytes may go nowhere, or connections end at the worst moment. */
final class FaultyWire implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean silent;
    private volatile boolean cutAfterCommit;
    private volatile boolean silentAfterCommit;
    private final CountDownLatch cut = new CountDownLatch(1);

    FaultyWire(int target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // a connection has ended
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private interface Work {
        void run() throws IOException;
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Takes what comes, and passes nothing on. */
    void goSilent() {
        silent = true;
    }

    /** Ends what was silent, and passes on again. */
    void recover() throws IOException {
        silent = false;
        closeAll();
    }

    /** Ends the connection instead of bringing the answer to the next COMMIT. */
    void cutAfterCommit() {
        cutAfterCommit = true;
    }

    /** Loses the answer to the next COMMIT, and passes nothing on from then. */
    void goSilentAfterCommit() {
        silentAfterCommit = true;
    }

    void awaitCut() throws InterruptedException {
        cut.await();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(client);
            sockets.add(server);
            start(() -> pass(client, server));
            start(() -> pass(server, client));
        }
    }

    private void pass(Socket from, Socket to) throws IOException {
        byte[] buffer = new byte[65_536];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (silent) {
                    continue;
                }
                if (isAnswerToCommit(buffer, read)) {
                    if (cutAfterCommit) {
                        cutAfterCommit = false;
                        cut.countDown();
                        return;
                    }
                    if (silentAfterCommit) {
                        silentAfterCommit = false;
                        silent = true;
                        continue;
                    }
                }
                out.write(buffer, 0, read);
            }
        }
    }

    /** CommandComplete: only the server writes so, to this driver. */
    private static boolean isAnswerToCommit(byte[] buffer, int length) {
        return new String(buffer, 0, length, StandardCharsets.ISO_8859_1).contains("COMMIT\0");
    }

    private void closeAll() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        closeAll();
    }
}
