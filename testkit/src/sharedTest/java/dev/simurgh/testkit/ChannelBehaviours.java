package dev.simurgh.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.SocketSpec;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a client sees of a channel, frame by frame. It runs over the test kit and over a socket of the server, so that what is green in the
 * kit is so on the server. Frames are written with {@code ~} for the double quote. Of a channel on the scheduler, at {@code room:*}, and
 * of one on the event loop, at {@code loop:*}, the client sees the same.
 */
public abstract class ChannelBehaviours {
    /** As both the server and the kit have it by default. */
    private static final int MAX_FRAME_BYTES = 1 << 20;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    /** The socket of all clients. */
    protected final SocketSpec socket = BehavingChannel.socket(told);

    /** Connects a client, with parameters in a query; it must be let in. */
    protected abstract Peer connect();

    /** Connects a client with these parameters and tells how it went: {@code ok}, or the server's HTTP status. */
    protected abstract String connect(Map<String, ?> params);

    /** The endpoint of the socket. */
    protected abstract Endpoint endpoint();

    /** Tells that the test means a callback to throw this. */
    protected abstract void meant(String message);

    private static void expect(Peer client, String... frames) {
        for (String frame : frames) {
            assertThat(client.next()).isEqualTo(frame.replace('~', '"'));
        }
    }

    private static void send(Peer client, String frame) {
        client.text(frame.replace('~', '"').getBytes(UTF_8));
    }

    /** Nothing else has come, nor has the connection ended. */
    private static void expectNothing(Peer client) {
        send(client, "[null,~h~,~phoenix~,~heartbeat~,{}]");
        expect(client, "[null,~h~,~phoenix~,~phx_reply~,{~response~:{},~status~:~ok~}]");
    }

    private void expectTold(String... words) throws InterruptedException {
        for (String word : words) {
            assertThat(told.poll(5, TimeUnit.SECONDS)).isEqualTo(word);
        }
    }

    private static String ok(String topic, String ref, String response) {
        return reply(topic, ref, "ok", response);
    }

    private static String reply(String topic, String ref, String status, String response) {
        return "[~1~,~" + ref + "~,~" + topic + "~,~phx_reply~,{~response~:" + response + ",~status~:~" + status
                + "~}]";
    }

    private static String push(String topic, String event, String payload) {
        return "[~1~,null,~" + topic + "~,~" + event + "~," + payload + "]";
    }

    private static String broadcast(String topic, String event, String payload) {
        return "[null,null,~" + topic + "~,~" + event + "~," + payload + "]";
    }

    private static String end(String topic, String event, String payload) {
        return "[~1~,~1~,~" + topic + "~,~" + event + "~," + payload + "]";
    }

    private static final String NO = "{~reason~:~no~}";

    private static String reason(String words) {
        return "{~reason~:~" + words + "~}";
    }

    private static Peer joined(Peer client, String topic) {
        client.join(topic, "{}");
        expect(client, ok(topic, "1", "{}"));
        return client;
    }

    // Connects.

    @Test
    void aConnectIsLetInRefusedOrCrashes() {
        assertThat(connect(Map.of())).isEqualTo("ok");
        assertThat(connect(Map.of("outcome", "refuse"))).isEqualTo("403");
        assertThat(connect(Map.of("outcome", "crash"))).isEqualTo("500");
        meant("connect");
    }

    @Test
    void aConnectThatAnswersNothingIsACrash() {
        assertThat(connect(Map.of("outcome", "null"))).isEqualTo("500");
        meant("connect returned null");
    }

    @Test
    void parametersOfAConnectNest() throws InterruptedException {
        Map<String, Object> nested = new TreeMap<>();
        nested.put("b", List.of("1", "ä &=+%"));
        nested.put("c", Map.of("d", "2"));
        connect(Map.of("a", nested, "e[f]", "3"));

        expectTold("asked {a={b=[1, ä &=+%], c={d=2}}, e={f=3}, vsn=2.0.0}");
    }

    @Test
    void parametersOfAConnectHaveLimits() {
        assertThat(connect(Map.of("a" + "[b]".repeat(16), "1"))).isEqualTo("ok");
        assertThat(connect(Map.of("a" + "[b]".repeat(17), "1"))).isEqualTo("400");
        assertThat(connect(Map.of("a", Collections.nCopies(999, "1")))).isEqualTo("ok"); // and vsn
        assertThat(connect(Map.of("a", Collections.nCopies(1000, "1")))).isEqualTo("400");
    }

    // Joins.

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void aJoinIsAnsweredWithItsReply(String topic) {
        Peer client = connect();
        client.join(topic, "{~b~:1.50,~a~:[null]}".replace('~', '"'));

        expect(client, ok(topic, "1", "{~b~:1.5,~a~:[null]}"));
        expectNothing(client);
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:refuse", "loop:refuse"})
    void aJoinIsRefusedWithItsReply(String topic) {
        Peer client = connect();
        client.join(topic, "{}");

        expect(client, reply(topic, "1", "error", NO));
        send(client, "[~1~,~x~,~" + topic + "~,~echo~,{}]");
        expect(
                client,
                "[null,~x~,~" + topic + "~,~phx_reply~,{~response~:{~reason~:~unmatched topic~},~status~:~error~}]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:crash", "loop:crash"})
    void aJoinThatThrowsIsRefused(String topic) {
        Peer client = connect();
        client.join(topic, "{}");

        expect(client, reply(topic, "1", "error", reason("join crashed")));
        expectNothing(client);
        meant("join");
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:early", "loop:early"})
    void aPushBeforeTheJoinIsAnsweredIsACrash(String topic) {
        Peer client = connect();
        client.join(topic, "{}");

        expect(client, reply(topic, "1", "error", reason("join crashed")));
        meant("push before the join finished");
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:after", "loop:after"})
    void whatComesAfterTheJoinComesBehindItsReply(String topic) {
        Peer client = connect();
        client.join(topic, "{}");

        expect(
                client,
                ok(topic, "1", "{}"),
                push(topic, "joined", "{~word~:~after~}"),
                broadcast(topic, "arrived", "{~word~:~after~}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:behind", "loop:behind"})
    void afterJoinComesBehindTheReplyAndBeforeAllElse(String topic) {
        Peer client = connect();
        client.join(topic, "{}");
        client.push(topic, "echo", "{}");

        expect(
                client,
                ok(topic, "1", "{}"),
                push(topic, "joined", "{~word~:~behind~}"),
                broadcast(topic, "arrived", "{~word~:~behind~}"),
                ok(topic, "2", "{}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:broken", "loop:broken"})
    void anAfterJoinThatThrowsEndsTheChannel(String topic) throws InterruptedException {
        Peer client = connect();
        client.join(topic, "{}");

        expect(
                client,
                ok(topic, "1", "{}"),
                push(topic, "bye", "{}"),
                end(topic, "phx_error", reason("channel_crash")));
        expectTold("ended CRASHED");
        meant("afterJoin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"other:a", "room", "phoenix", ""})
    void aTopicThatNobodyServesIsUnmatched(String topic) {
        Peer client = connect();
        client.join(topic, "{}");

        expect(
                client,
                "[null,~1~,~" + topic + "~,~phx_reply~,{~response~:{~reason~:~unmatched topic~},~status~:~error~}]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void aJoinPayloadThatDoesNotFitIsRefused(String topic) {
        Peer client = connect();
        client.join(topic, "[1]");

        expect(client, reply(topic, "1", "error", reason("invalid payload")));
        expectNothing(client);
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void aTopicJoinedAgainEndsTheEarlierJoin(String topic) throws InterruptedException {
        Peer client = joined(connect(), topic);
        client.join(topic, "{}");

        expect(
                client,
                "[~2~,~2~,~" + topic + "~,~phx_reply~,{~response~:{},~status~:~ok~}]",
                end(topic, "phx_close", "{}"));
        expectTold("ended DUPLICATE_JOIN");
        send(client, "[~1~,~x~,~" + topic + "~,~echo~,{}]"); // of the earlier join: dropped
        expectNothing(client);
        send(client, "[~2~,~y~,~" + topic + "~,~echo~,{}]");
        expect(client, "[~2~,~y~,~" + topic + "~,~phx_reply~,{~response~:{},~status~:~ok~}]");
    }

    @Test
    void aConnectionHasSoManyChannelsAndNoMore() {
        Peer client = connect();
        for (int i = 1; i <= BehavingChannel.MAX_CHANNELS; i++) {
            client.join("loop:" + i, "{}");
            expect(client, "[~" + i + "~,~" + i + "~,~loop:" + i + "~,~phx_reply~,{~response~:{},~status~:~ok~}]");
        }
        client.join("loop:x", "{}");

        expect(
                client,
                "[~4~,~4~,~loop:x~,~phx_reply~,{~response~:{~reason~:~too many channels joined~},~status~:~error~}]");
    }

    // Messages.

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void aPushIsAnsweredWithThePayloadAsItWas(String topic) {
        Peer client = joined(connect(), topic);
        client.push(topic, "echo", "{~b~:1.50,~a~:[~ä\\u00e4~,null,1e3]}".replace('~', '"'));

        expect(client, ok(topic, "2", "{~b~:1.50,~a~:[~ä\\u00e4~,null,1e3]}"));
        client.push(topic, "echo", "[1]");
        expect(client, ok(topic, "3", "[1]"));
        client.push(topic, "refuse", "{}");
        expect(client, reply(topic, "4", "error", NO));
        client.push(topic, "silent", "{}");
        expectNothing(client);
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void aPayloadThatDoesNotFitIsAnsweredAndHurtsNobody(String topic) {
        Peer client = joined(connect(), topic);
        for (String payload : new String[] {"{~number~:~x~}", "[1]", "~x~", "null", "{~number~:1,~number~:1}"}) {
            String ref = client.push(topic, "typed", payload.replace('~', '"'));
            expect(client, reply(topic, ref, "error", reason("invalid payload")));
        }
        String ref = client.push(topic, "typed", "{\"number\":1}");
        expect(client, ok(topic, ref, "{~number~:2}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void refsMayBeMissingOrForeign(String topic) {
        Peer client = joined(connect(), topic);
        send(client, "[null,~x~,~" + topic + "~,~echo~,{}]");
        expect(client, ok(topic, "x", "{}"));
        send(client, "[~1~,null,~" + topic + "~,~echo~,{}]");
        expect(client, "[~1~,null,~" + topic + "~,~phx_reply~,{~response~:{},~status~:~ok~}]");
        send(client, "[~1~,17,~" + topic + "~,~echo~,{}]");
        expect(client, "[~1~,17,~" + topic + "~,~phx_reply~,{~response~:{},~status~:~ok~}]");
        send(client, "[~9~,~y~,~" + topic + "~,~echo~,{}]");
        expectNothing(client);
    }

    @Test
    void aPushWithoutAJoinIsUnmatched() {
        Peer client = connect();
        send(client, "[~1~,~5~,~room:a~,~echo~,{}]");

        expect(client, "[null,~5~,~room:a~,~phx_reply~,{~response~:{~reason~:~unmatched topic~},~status~:~error~}]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void whatAHandlerSendsComesInItsOrder(String topic) {
        Peer client = joined(connect(), topic);
        client.push(topic, "all", "{}");

        expect(
                client,
                push(topic, "pushed", "{~number~:1}"),
                broadcast(topic, "broadcast", "{~number~:2}"),
                push(topic, "pushed", "{~number~:3}"),
                ok(topic, "2", "{~number~:5}"),
                push(topic, "seen here", "{~number~:4}"));
        expectNothing(client);
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void aReplyMayComeLater(String topic) {
        Peer client = joined(connect(), topic);
        client.push(topic, "later", "{}");

        expect(client, push(topic, "before", "{}"), ok(topic, "2", "{~number~:7}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void aBroadcastReachesAllOrAllButOne(String topic) {
        Peer client = joined(connect(), topic);
        Peer other = connect();
        other.join(topic, "{}");
        expect(other, "[~2~,~2~,~" + topic + "~,~phx_reply~,{~response~:{},~status~:~ok~}]");

        client.push(topic, "from", "{}");
        expect(client, ok(topic, "3", "{}"));
        expect(other, broadcast(topic, "others", "{~number~:1}"));
        endpoint().broadcast(topic, "news", Map.of("a", 1));
        expect(client, broadcast(topic, "news", "{~a~:1}"));
        expect(other, broadcast(topic, "news", "{~a~:1}"));
        endpoint().broadcast(topic, "seen", Map.of("a", 2));
        expect(client, push(topic, "seen here", "{~a~:2}"));
        expect(other, "[~2~,null,~" + topic + "~,~seen here~,{~a~:2}]");
        expectNothing(client);
        expectNothing(other);
    }

    // Binary.

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void binaryDataGoesBothWays(String topic) {
        Peer client = joined(connect(), topic);
        client.push(topic, "echo", new byte[] {0, (byte) 0xfe});
        expect(client, "01" + "01010602" + hex("1", "2", topic, "ok") + "00fe");
        client.push(topic, "binary", "{}");
        expect(
                client,
                "00" + "010604" + hex("1", topic, "data") + "0102",
                "02" + "0604" + hex(topic, "data") + "03",
                "01" + "01010602" + hex("1", "3", topic, "ok") + "ff");
        client.push(topic, "typed", new byte[0]);
        expect(client, reply(topic, "4", "error", reason("invalid payload")));
    }

    private static String hex(String... texts) {
        return HexFormat.of().formatHex(String.join("", texts).getBytes(UTF_8));
    }

    @Test
    void namesMayBeAsLongAsOneByteCanSay() {
        String topic = "loop:" + "x".repeat(250);
        Peer client = joined(connect(), topic);
        client.push(topic, "echo", new byte[] {1});

        expect(client, "01" + "0101ff02" + hex("1", "2", topic, "ok") + "01");
        send(client, "[~1~,~x~,~" + topic + "x~,~phx_join~,{}]");
        expect(client, reply(topic + "x", "x", "error", reason("name too long")));
        send(client, "[~1~,~y~,~" + topic + "~,~" + "ä".repeat(128) + "~,{}]");
        expect(client, reply(topic, "y", "error", reason("name too long")));
    }

    // Bounds, and what is malformed.

    @Test
    void aMessageOverTheLimitEndsTheConnection() throws InterruptedException {
        Peer client = joined(connect(), "room:a");
        String envelope = "[\"1\",\"2\",\"room:a\",\"silent\",\"\"]";
        send(client, envelope.replace("\"\"]", "\"" + "x".repeat(MAX_FRAME_BYTES - envelope.length()) + "\"]"));
        expectNothing(client);
        send(client, envelope.replace("\"\"]", "\"" + "x".repeat(MAX_FRAME_BYTES - envelope.length() + 1) + "\"]"));

        expect(client, "closed 1009 message over 1048576 bytes");
        expectTold("ended CLOSED");
    }

    @Test
    void aMalformedMessageIsAnsweredIfItCanBeAndHurtsNobody() {
        Peer client = joined(connect(), "room:a");
        send(client, "no JSON");
        send(client, "[~1~,~2~,~room:a~,~echo~]");
        expect(client, reply("room:a", "2", "error", reason("malformed message")));
        client.binary(new byte[] {1, 0, 0, 0, 0});
        expectNothing(client);
        client.push("room:a", "echo", "{}");
        expect(client, ok("room:a", "2", "{}"));
    }

    @Test
    void tooManyMalformedMessagesEndTheConnection() throws InterruptedException {
        Peer client = joined(connect(), "room:a");
        for (int i = 0; i <= BehavingChannel.MAX_MALFORMED; i++) {
            send(client, "no JSON");
        }

        expect(client, "closed 1008 too many malformed messages");
        expectTold("ended DISCONNECTED");
    }

    @Test
    void aTextThatIsNoneEndsTheConnection() {
        Peer client = connect();
        client.text(new byte[] {'[', (byte) 0xff, ']'});

        expect(client, "closed 1007");
    }

    @Test
    void aPayloadNestsSoDeepAndNoDeeper() {
        Peer client = joined(connect(), "loop:a");
        send(client, "[~1~,~2~,~loop:a~,~silent~," + "[".repeat(5000) + "]".repeat(5000) + "]");

        expect(client, reply("loop:a", "2", "error", reason("malformed message")));
    }

    // Ends.

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void aClientThatLeavesGetsItsReplyAndTheEnd(String topic) throws InterruptedException {
        Peer client = joined(connect(), topic);
        client.push(topic, "phx_leave", "{}");

        expect(client, ok(topic, "2", "{}"), end(topic, "phx_close", "{}"), push(topic, "bye", "{}"));
        expectTold("ended LEFT");
        send(client, "[~1~,~x~,~" + topic + "~,~phx_leave~,{}]");
        expect(client, ok(topic, "x", "{}"));
        endpoint().broadcast(topic, "news", Map.of());
        expectNothing(client);
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void aChannelThatStopsSaysSo(String topic) throws InterruptedException {
        Peer client = joined(connect(), topic);
        client.push(topic, "stop", "{}");
        expect(client, end(topic, "phx_close", "{}"), push(topic, "bye", "{}"));
        expectTold("ended NORMAL");

        client.join(topic, "{}");
        expect(client, "[~3~,~3~,~" + topic + "~,~phx_reply~,{~response~:{},~status~:~ok~}]");
        client.push(topic, "stop with", "{}");
        expect(
                client,
                "[~3~,~4~,~" + topic + "~,~phx_reply~,{~response~:{~number~:1},~status~:~ok~}]",
                "[~3~,~3~,~" + topic + "~,~phx_close~,{}]",
                "[~3~,null,~" + topic + "~,~bye~,{}]");
        expectTold("ended NORMAL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void aChannelThatGivesUpIsJoinedAgain(String topic) throws InterruptedException {
        Peer client = joined(connect(), topic);
        client.push(topic, "give up", "{}");

        expect(client, push(topic, "bye", "{}"), end(topic, "phx_error", reason("channel_crash")));
        expectTold("ended OTHER");
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void aChannelThatCrashesHurtsNoOther(String topic) throws InterruptedException {
        Peer client = joined(connect(), topic);
        client.join("loop:other", "{}");
        expect(client, "[~2~,~2~,~loop:other~,~phx_reply~,{~response~:{},~status~:~ok~}]");
        client.push(topic, "crash", "{}");

        expect(client, push(topic, "bye", "{}"), end(topic, "phx_error", reason("channel_crash")));
        expectTold("ended CRASHED");
        client.push("loop:other", "echo", "{}");
        expect(client, "[~2~,~4~,~loop:other~,~phx_reply~,{~response~:{},~status~:~ok~}]");
        client.join(topic, "{}");
        expect(client, "[~5~,~5~,~" + topic + "~,~phx_reply~,{~response~:{},~status~:~ok~}]");
        meant("handler");
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void whereverAChannelCrashesItsClientSeesTheSame(String topic) throws InterruptedException {
        Peer client = connect();
        for (String event : new String[] {"null", "no json", "inside", "unsayable"}) {
            expectCrash(client, topic, () -> client.push(topic, event, "{}"));
        }
        expectCrash(client, topic, () -> endpoint().broadcast(topic, "bad", Map.of()));
        meant("callback returned null");
        meant("cannot be encoded");
        meant("handleInfo");
        meant("Unsayable");
        meant("handleOut");
    }

    private void expectCrash(Peer client, String topic, Runnable cause) throws InterruptedException {
        String ref = client.join(topic, "{}");
        expect(client, "[~" + ref + "~,~" + ref + "~,~" + topic + "~,~phx_reply~,{~response~:{},~status~:~ok~}]");
        cause.run();
        expect(
                client,
                "[~" + ref + "~,null,~" + topic + "~,~bye~,{}]",
                "[~" + ref + "~,~" + ref + "~,~" + topic + "~,~phx_error~," + reason("channel_crash") + "]");
        expectTold("ended CRASHED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void whatThrowsAtTheEndHoldsNothingUp(String topic) throws InterruptedException {
        Peer client = joined(connect(), topic);
        client.push(topic, "bad end", "{}");

        expect(client, end(topic, "phx_close", "{}"), push(topic, "bye", "{}"));
        expectTold("ended NORMAL");
        expectNothing(client);
        meant("at the end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void anEventThatNobodyTakesIsACrash(String topic) throws InterruptedException {
        Peer client = joined(connect(), topic);
        client.push(topic, "no such event", "{}");

        expect(client, push(topic, "bye", "{}"), end(topic, "phx_error", reason("channel_crash")));
        expectTold("ended CRASHED");
        meant("no such event");
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void aConnectionThatBreaksEndsItsChannels(String topic) throws InterruptedException {
        joined(connect(), topic).hangUp();

        expectTold("ended CLOSED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"room:a", "loop:a"})
    void aClientIsDisconnectedByItsName(String topic) throws InterruptedException {
        Peer client = joined(connect(), topic);
        endpoint().disconnect("behaving");

        expect(client, "closed 1001");
        expectTold("ended DISCONNECTED");
    }
}
