package dev.simurgh.transport.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.EndpointListener.Drop;
import dev.simurgh.channel.Limit;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.protocol.Frame;
import dev.simurgh.transport.poll.SessionRig.Client;
import dev.simurgh.transport.poll.SessionRig.Poll;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LongPollSessionTest {
    private static final String NOTHING = "204 []";
    private final SessionRig rig = new SessionRig();
    private final Client client = rig.connect();

    @AfterEach
    void close() {
        rig.close();
    }

    @Nested
    class Polls {
        @Test
        void waitForAMessage() {
            Poll poll = client.poll();
            assertThat(poll.answers).isEmpty();

            client.push("[1]");

            assertThat(poll.answers).containsExactly("200 [\"[1]\"]");
        }

        @Test
        void bringAllThatATurnOfTheLoopHasMade() {
            Poll poll = client.poll();

            client.session.push(Frame.text("[1]"));
            client.session.send(Frame.text("[2]"));
            client.session.sendShared(Frame.text("[3]"));
            assertThat(poll.answers).isEmpty();
            rig.turn();

            assertThat(poll.answers).containsExactly("200 [\"[1]\",\"[2]\",\"[3]\"]");
        }

        @Test
        void areAnsweredAtOnceIfSomethingWaits() {
            client.push("[1]");

            assertThat(client.poll().answers).containsExactly("200 [\"[1]\"]");
        }

        @Test
        void endWithNothingAfterTheWindow() {
            Poll poll = client.poll();

            rig.pass(SessionRig.WINDOW.minusMillis(200));
            assertThat(poll.answers).isEmpty();
            rig.pass(Duration.ofMillis(500));

            assertThat(poll.answers).containsExactly(NOTHING);
        }

        @Test
        void giveWayToALaterOne() {
            Poll first = client.poll();
            Poll second = client.poll();

            assertThat(first.answers).containsExactly(NOTHING);
            client.push("[1]");
            assertThat(second.answers).containsExactly("200 [\"[1]\"]");
            assertThat(first.answers).hasSize(1);
        }

        @Test
        void thatAreOverDoNotCutTheNextOneShort() {
            client.poll();
            rig.pass(Duration.ofSeconds(9));
            Poll second = client.poll();

            rig.pass(Duration.ofSeconds(9));
            assertThat(second.answers).isEmpty();
            rig.pass(Duration.ofSeconds(2));
            assertThat(second.answers).containsExactly(NOTHING);
        }

        @Test
        void whoseClientHasGoneLeaveTheirMessagesToTheNext() {
            Poll gone = client.poll();
            client.session.cancel(gone);

            IntStream.rangeClosed(1, 3).forEach(n -> client.push("[" + n + "]"));

            assertThat(gone.answers).isEmpty();
            assertThat(client.poll().answers).containsExactly("200 [\"[1]\",\"[2]\",\"[3]\"]");
        }
    }

    @Nested
    class Messages {
        @Test
        void areKeptUntilTheyHaveGoneOut() {
            Poll lost = client.poll();
            client.push("[1]");
            client.push("[2]");
            lost.lost();

            Poll next = client.poll();

            assertThat(next.answers).containsExactly("200 [\"[1]\",\"[2]\"]");
            next.written();
            assertThat(rig.sessions.bytes()).isZero();
            assertThat(client.poll().answers).isEmpty();
        }

        @Test
        void areNotRepeatedOnceTheyHaveGoneOut() {
            Poll first = client.poll();
            client.push("[1]");
            first.written();
            client.push("[2]");

            assertThat(client.poll().answers).containsExactly("200 [\"[2]\"]");
        }

        @Test
        void onTheirWayAreSettledBeforeTheNextPollIsAnswered() {
            Poll first = client.poll();
            client.push("[1]");
            Poll second = client.poll();
            client.push("[2]");

            assertThat(first.asked).isTrue();
            assertThat(second.answers).isEmpty();
            first.lost();
            assertThat(second.answers).containsExactly("200 [\"[1]\",\"[2]\"]");
        }

        @Test
        void onTheirWayThatGetThroughAreNotInTheNextAnswer() {
            Poll first = client.poll();
            client.push("[1]");
            Poll second = client.poll();
            first.written();

            assertThat(second.answers).isEmpty();
            client.push("[2]");
            assertThat(second.answers).containsExactly("200 [\"[2]\"]");
        }

        @Test
        void ofAClientWhoseAnswerIsSlowlyTakenDoNotExpire() {
            Poll slow = client.poll();
            client.push("[1]");

            rig.pass(Duration.ofSeconds(60));
            slow.lost();

            assertThat(client.poll().answers).containsExactly("200 [\"[1]\"]");
        }

        @Test
        void beyondAMebibyteComeWithTheNextPoll() {
            String large = "[" + "1".repeat(700_000) + "]";
            client.owe(large);
            client.owe(large);

            Poll first = client.poll();
            assertThat(first.answers.get(0)).hasSize(large.length() + 8);
            first.written();
            assertThat(client.poll().answers.get(0)).hasSize(large.length() + 8);
        }
    }

    @Nested
    class Bounds {
        private final String wide = "[" + "1".repeat(250) + "]";

        @Test
        void whoFetchesTooLittleIsClosed() {
            IntStream.range(0, 3).forEach(n -> client.push(wide));
            assertThat(client.events).isEmpty();

            client.push(wide);

            assertThat(client.events).containsExactly("closed 1013 slow consumer");
            assertThat(rig.limited).containsExactly(Limit.QUEUE_BYTES);
            assertThat(rig.sessions.bytes()).isZero();
            assertThat(rig.seats.sessions()).isZero();
        }

        @Test
        void whatIsOnItsWayToWhoHasToGoIsCutOffAtOnce() {
            Poll poll = client.poll();
            client.push(wide);
            assertThat(poll.answers).hasSize(1);
            IntStream.range(0, 3).forEach(n -> client.push(wide));

            assertThat(client.events).containsExactly("closed 1013 slow consumer");
            assertThat(poll.cut).isTrue(); // nobody counts it any more
        }

        @Test
        void aSingleMessageMayBeLongerThanTheBound() {
            client.push("[" + "1".repeat(2000) + "]");

            assertThat(client.events).isEmpty();
        }

        @Test
        void smallMessagesCountWithWhatTheyTake() {
            for (int i = 0; i < 100 && client.events.isEmpty(); i++) {
                client.push("[]");
            }

            assertThat(client.events).containsExactly("closed 1013 slow consumer");
        }

        @Test
        void whoDoesNotFetchWhatItAskedForIsNotReadUntilItDoes() {
            IntStream.range(0, 4).forEach(n -> client.owe(wide));
            assertThat(client.events).containsExactly("behind");

            List<Integer> post = client.post("[1]");
            assertThat(post).isEmpty();
            Poll poll = client.poll();
            poll.written();
            rig.turn();

            assertThat(client.events).containsExactly("behind", "caught up");
            assertThat(post).containsExactly(200);
            assertThat(client.said).containsExactly("[1]");
        }

        @Test
        void ifTooMuchWaitsForAllTheOneGoesThatHasFetchedNothingForLongest() {
            try (SessionRig small = new SessionRig(2000)) {
                Client first = small.connect();
                Client second = small.connect();
                Client third = small.connect();
                first.push(wide);
                first.push(wide);
                second.push(wide);
                second.push(wide);
                first.poll().written();
                first.push(wide);
                first.push(wide);
                third.push(wide);
                third.push(wide);
                third.push(wide);

                assertThat(first.events).isEmpty();
                assertThat(second.events).containsExactly("closed 1013 slow consumer");
                assertThat(third.events).isEmpty();
                assertThat(small.limited).containsExactly(Limit.LONG_POLL_BYTES);
            }
        }
    }

    @Nested
    class Posts {
        @Test
        void areTakenLineByLineInOrder() {
            assertThat(client.post("[1]", "", "[2]", "[3]", "")).containsExactly(200);
            assertThat(client.said).containsExactly("[1]", "[2]", "[3]");
        }

        @Test
        void endAtALineThatIsNoMessage() {
            assertThat(client.post("[1]", "{}", "[3]")).containsExactly(400);
            assertThat(client.said).containsExactly("[1]", "{}");
            assertThat(client.events).isEmpty();
        }

        @Test
        void waitWhileNothingIsRead() {
            client.whenSaid = client.session::pauseReading;
            List<Integer> first = client.post("[1]", "[2]");
            List<Integer> second = client.post("[3]");
            assertThat(first).isEmpty();
            assertThat(client.said).containsExactly("[1]");

            client.whenSaid = () -> {};
            client.session.resumeReading();
            rig.turn();

            assertThat(first).containsExactly(200);
            assertThat(second).containsExactly(200);
            assertThat(client.said).containsExactly("[1]", "[2]", "[3]");
        }

        @Test
        void thatAreNotTakenWithinTheWindowAreNotTakenAtAll() {
            client.session.pauseReading();
            List<Integer> post = client.post("[1]");

            rig.pass(SessionRig.WINDOW.plusMillis(500));
            client.session.resumeReading();
            rig.turn();

            assertThat(post).containsExactly(408);
            assertThat(client.said).isEmpty();
        }

        @Test
        void whoseClientsHaveGoneAreNotTaken() {
            client.session.pauseReading();
            Post post = new Post(new Batch("[1]".getBytes(StandardCharsets.UTF_8), false), s -> {});
            client.session.post(post);
            client.session.withdraw(post);

            client.session.resumeReading();
            rig.turn();

            assertThat(client.said).isEmpty();
        }

        @Test
        void beyondAFewAreNotTakenWhileNothingIsRead() {
            client.session.pauseReading();
            IntStream.range(0, 4).forEach(n -> assertThat(client.post("[1]")).isEmpty());

            assertThat(client.post("[1]")).containsExactly(408);
        }

        @Test
        void doNotKeepASessionAlive() {
            rig.pass(Duration.ofSeconds(14));
            assertThat(client.post("[1]")).containsExactly(200);

            rig.pass(Duration.ofSeconds(2));

            assertThat(client.post("[1]")).containsExactly(410);
        }
    }

    @Nested
    class TheEnd {
        @Test
        void comesAfterOneAndAHalfWindowsWithoutAPoll() {
            rig.pass(Duration.ofMillis(14_800));
            assertThat(client.events).isEmpty();
            rig.pass(Duration.ofMillis(500));

            assertThat(client.events).containsExactly("closed 1001 not polled any more");
            assertThat(rig.seats.sessions()).isZero();
            assertThat(client.poll().answers).containsExactly("410 []");
        }

        @Test
        void giveBackWhatWaited() {
            client.push("[1]");
            rig.pass(Duration.ofSeconds(16));

            assertThat(rig.sessions.bytes()).isZero();
        }

        @Test
        void endsAPollThatWaitsAtOnce() {
            Poll poll = client.poll();

            client.session.close(CloseCode.GOING_AWAY, "");
            rig.turn();

            assertThat(poll.answers).containsExactly(NOTHING);
            assertThat(client.events).containsExactly("closed 1001 ");
            assertThat(client.poll().answers).containsExactly("410 []");
            assertThat(client.post("[1]")).containsExactly(410);
            assertThat(rig.seats.sessions()).isZero();
        }

        @Test
        void letsTheClientHaveWhatWaitedForIt() {
            client.push("[1]");
            client.session.close(CloseCode.SERVICE_RESTART, "");
            rig.turn();
            assertThat(client.events).containsExactly("closed 1012 ");

            Poll poll = client.poll();
            assertThat(poll.answers).containsExactly("200 [\"[1]\"]");
            poll.lost();
            Poll again = client.poll();
            assertThat(again.answers).containsExactly("200 [\"[1]\"]");
            again.written();

            assertThat(client.poll().answers).containsExactly("410 []");
            assertThat(rig.seats.sessions()).isZero();
        }

        @Test
        void answersPostsThatWait() {
            client.session.pauseReading();
            List<Integer> post = client.post("[1]");

            client.session.close(CloseCode.GOING_AWAY, "");
            rig.turn();

            assertThat(post).containsExactly(410);
            assertThat(client.said).isEmpty();
        }

        @Test
        void inTheMiddleOfABatchLetsTheRestBe() {
            client.whenSaid = () -> client.session.close(CloseCode.GOING_AWAY, "");

            assertThat(client.post("[1]", "[2]")).containsExactly(410);
            assertThat(client.said).containsExactly("[1]");
        }
    }

    @Test
    void anyNumberOfPollsLeavesNothingBehind() {
        for (int i = 0; i < 200_000; i++) {
            Poll poll = client.poll();
            if (i % 2 == 0) {
                client.session.cancel(poll);
            }
        }
        client.poll();
        rig.pass(SessionRig.WINDOW.multipliedBy(3));

        assertThat(client.events).containsExactly("closed 1001 not polled any more");
        assertThat(rig.seats.sessions()).isZero();
        assertThat(rig.sessions.count()).isZero();
        assertThat(rig.sessions.bytes()).isZero();
    }

    @Test
    void sessionsThatAreAbandonedAreGoneAfterAWhile() {
        IntStream.range(0, 5_000).forEach(n -> rig.connect().push("[1]"));

        rig.pass(SessionRig.WINDOW.multipliedBy(2));

        assertThat(rig.seats.sessions()).isZero();
        assertThat(rig.sessions.count()).isZero();
        assertThat(rig.sessions.bytes()).isZero();
    }

    @Test
    void textThatJsonEscapesIsEscaped() {
        client.push("[\"a\\\\b\",\"\u20ac\"]");

        assertThat(client.poll().answers).containsExactly("200 [\"[\\\"a\\\\\\\\b\\\",\\\"\u20ac\\\"]\"]");
    }

    @Test
    void binaryMessagesAreTextIfTheyCanBe() {
        client.session.push(Frame.binary(new byte[] {0, 1, 'a'}));
        client.session.push(Frame.binary(new byte[] {0, (byte) 0xFF}));
        client.push("[1]");

        assertThat(client.poll().answers).containsExactly("200 [\"\\u0000\\u0001a\",\"[1]\"]");
        assertThat(rig.dropped).containsExactly(Drop.NO_FORM);
    }
}
