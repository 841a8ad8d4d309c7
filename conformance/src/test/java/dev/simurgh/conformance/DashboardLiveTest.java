package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** The dashboard of two nodes in Chromium, beside clients whose doings are known; what dashboard-live.mjs saw. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
@Isolated("pages are late where others take the processor")
class DashboardLiveTest {
    private static final String HERE = "p@127.0.0.1";
    private static final String THERE = "q@127.0.0.1";

    private final List<ConformanceServer> servers = new ArrayList<>();
    private JsonNode seen;

    @BeforeAll
    void look() throws Exception {
        List<String> browser = new ArrayList<>(ClientTools.node("dashboard-live.mjs", ClientTools.chromium()));
        String contact = HERE + ":" + ServerProcess.freePort();
        servers.add(ConformanceServer.start("--port", "0", "--name", contact));
        servers.add(ConformanceServer.start(
                "--port", "0", "--name", THERE + ":" + ServerProcess.freePort(), "--connect", contact));
        servers.forEach(server -> browser.add("http://127.0.0.1:" + server.port() + "/"));
        seen = ClientTools.seen(browser);
    }

    @AfterAll
    void stop() throws Exception {
        for (ConformanceServer server : servers) {
            server.stop().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void noScriptFails() {
        assertThat(seen.get("errors")).isEmpty();
    }

    @Test
    void theOverviewCountsTheClientsOfBothNodes() {
        assertThat(seen.get("overview"))
                .extracting(row -> row.get(0).textValue() + " " + row.get(1).textValue() + " "
                        + row.get(2).textValue())
                .containsExactly(HERE + " up 13", THERE + " up 7"); // the dashboard's window, too
        assertThat(seen.get("charts").intValue()).isEqualTo(12);
    }

    @Test
    void aTopicHasTheSubscribersOfBothNodes() {
        assertThat(seen.get("topics")).hasSize(1);
        assertThat(seen.at("/topics/0/2").textValue()).isEqualTo("19");
        assertThat(seen.get("byNode").textValue()).isEqualTo(HERE + ": 12, " + THERE + ": 7");
    }

    @Test
    void aTapShowsThePushAndItsBroadcastButNotWhatTheySay() {
        assertThat(texts(seen.get("frames")))
                .anyMatch(frame -> frame.contains("→ in\npub\n{\"body\":\"text, 11 characters\",\"n\":\"number\"}"))
                .anyMatch(frame -> frame.contains("⇉ all\nmsg\n"));
        assertThat(seen.get("secret").booleanValue()).isFalse();
    }

    @Test
    void aChannelCountsItsEventsOnBothNodesAndItsCrashes() {
        assertThat(seen.get("load").textValue())
                .contains("non-blocking", "joined\n19\n")
                .containsPattern("echo\t[^\t]+\t25\t");
        assertThat(seen.get("crashing").textValue()).contains("crashes\n3");
        assertThat(seen.get("pointed").textValue()).as("where a crash leads to").isEqualTo("crash:*");
    }

    @Test
    void aCrashThatComesAgainIsShownOnceWithItsStack() {
        assertThat(seen.get("crash").textValue())
                .contains("IllegalStateException×3", "on purpose", THERE, "last in crash:live")
                .contains("at dev.simurgh.conformance.CrashChannel");
    }

    @Test
    void aConnectionIsFoundByItsPeerAndToldInFull() {
        assertThat(seen.get("pager").textValue()).isEqualTo("1–1 of 1 that match, 20 in all");
        assertThat(seen.at("/connection/facts").textValue())
                .contains(
                        "Mount\n/socket", "Peer\n" + seen.at("/connection/peer").textValue(), "State\nok")
                .containsPattern("Round trip\n[\\d.,]+ ms");
        assertThat(seen.at("/connection/topics/0/0").textValue()).isEqualTo("load:shared");
    }

    @Test
    void aConnectionThatIsCutIsTheOnlyOneThatEnds() {
        assertThat(seen.get("left").intValue()).isEqualTo(18);
    }

    @Test
    void theEventLoopsOfBothNodesAreThere() {
        assertThat(seen.get("loops")).extracting(row -> row.get(1).textValue()).contains(HERE, THERE);
        assertThat(seen.get("limits").textValue()).contains("channels", "/socket", "100");
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::textValue)
                .toList();
    }
}
