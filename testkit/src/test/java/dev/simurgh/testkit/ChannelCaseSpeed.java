package dev.simurgh.testkit;

import dev.simurgh.channel.SocketSpec;
import dev.simurgh.testkit.PlayChannel.Later;
import dev.simurgh.testkit.PlayChannel.Num;
import dev.simurgh.testkit.PlayChannel.Text;
import java.time.Duration;
import java.util.Arrays;

/** Tells how long a test of a channel takes: run its main. It asserts nothing about time, which is not the build's to promise. */
final class ChannelCaseSpeed {
    private static final int TESTS = 2_000;

    private ChannelCaseSpeed() {}

    /** A test like many: connect, join, push and reply, a broadcast, a timer, all pushes in order. */
    private static void test(SocketSpec socket) {
        try (ChannelCase chat = ChannelCase.create()) {
            Joined play = chat.connect(socket).subscribeAndJoin("play:1");
            play.assertReply(play.push("echo", new Text("hi")), "ok", new Text("hi"));
            play.broadcast("shout", new Text("hi")).assertBroadcast("shout", new Text("hi"));
            play.send(new Later("")).assertPushes("shout", new Text("hi"));
            chat.clock().advance(Duration.ofSeconds(1));
            play.assertPushes("number", new Num(2), new Num(1));
        }
    }

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
        SocketSpec socket = PlayChannel.socket();
        long[] micros = new long[TESTS];
        for (int i = 0; i < TESTS; i++) {
            long start = System.nanoTime();
            test(socket);
            micros[i] = (System.nanoTime() - start) / 1_000;
        }
        System.out.printf("first %d ms, tenth %.1f ms%n", micros[0] / 1_000, micros[9] / 1_000.0);
        long[] warm = Arrays.copyOfRange(micros, TESTS / 2, TESTS);
        Arrays.sort(warm);
        System.out.printf(
                "after %d tests: median %.2f ms, 99%% %.2f ms%n",
                TESTS / 2, warm[warm.length / 2] / 1_000.0, warm[warm.length * 99 / 100] / 1_000.0);
    }
}
