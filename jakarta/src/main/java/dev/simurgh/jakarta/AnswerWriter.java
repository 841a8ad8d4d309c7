package dev.simurgh.jakarta;

import dev.simurgh.transport.http.Answer;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Writes the body of an answer as fast as the client takes it; no thread waits for that. On the container's threads. */
final class AnswerWriter implements WriteListener {
    /** A container may copy what it cannot send at once. */
    private static final int AT_ONCE = 16 << 10;

    private final ServletOutputStream out;
    private final byte[][] body;
    private final AsyncContext async;
    private final Consumer<Boolean> whenSettled;
    private final AtomicBoolean settled = new AtomicBoolean();
    private int piece;
    private int offset;

    AnswerWriter(ServletOutputStream out, Answer answer, AsyncContext async, Consumer<Boolean> whenSettled) {
        this.out = out;
        this.body = answer.body();
        this.async = async;
        this.whenSettled = whenSettled;
    }

    @Override
    public void onWritePossible() throws IOException {
        while (out.isReady()) {
            if (piece == body.length) {
                end(true);
                return;
            }
            int length = Math.min(AT_ONCE, body[piece].length - offset);
            if (length > 0) {
                out.write(body[piece], offset, length);
            }
            offset += length;
            if (offset == body[piece].length) {
                piece++;
                offset = 0;
            }
        }
    }

    @Override
    public void onError(Throwable cause) {
        end(false);
    }

    private void end(boolean sent) {
        if (settled.compareAndSet(false, true)) {
            whenSettled.accept(sent);
            async.complete();
        }
    }
}
