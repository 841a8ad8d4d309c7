package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** The dashboard's page in Chromium, before a server that is made up and a cluster with names that are meant to harm; what dashboard.mjs saw. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
@Isolated("pages are late where others take the processor")
class DashboardPageTest {
    private static final Path MODULE = Path.of("..", "dashboard").toAbsolutePath();

    private JsonNode seen;

    @BeforeAll
    void look() throws Exception {
        seen = ClientTools.seen(ClientTools.node(
                "dashboard.mjs",
                ClientTools.chromium(),
                MODULE.resolve("web").toString(),
                MODULE.resolve("target/web").toString()));
    }

    @Test
    void noScriptFailsAndNothingIsAgainstTheContentSecurityPolicy() {
        assertThat(texts(seen.get("errors"))).isEmpty();
        assertThat(texts(seen.get("violations"))).isEmpty();
    }

    @Test
    void namesOfStrangersAreShownAndDoNothing() {
        JsonNode hostile = seen.get("hostile");
        assertThat(hostile.get("harmed").textValue()).isEqualTo("undefined");
        assertThat(hostile.get("foreign").intValue())
                .as("elements made of names")
                .isZero();
        assertThat(hostile.get("scripted").intValue())
                .as("links that are scripts")
                .isZero();
        for (String page : List.of("connections", "topics", "tap")) {
            assertThat(hostile.get(page).textValue())
                    .as(page)
                    .contains("<script>globalThis.harmed = 1</script>", "javascript:globalThis.harmed=1", "__proto__")
                    .contains("\\u202egnp.exe\\u202c", "line\\nbreak\\u0000\\u001b[31m\\u200b", "(10240 characters)")
                    .doesNotContainPattern("[\u202a-\u202e\u200b]");
        }
        assertThat(hostile.get("longest").intValue()).isLessThan(3_000);
    }

    @Test
    void nothingIsAskedOfAnyOtherHost() {
        assertThat(texts(seen.at("/hostile/elsewhere"))).isEmpty();
    }

    @Test
    void everythingCanBeReachedWithTheKeyboard() {
        assertThat(texts(seen.get("walk")))
                .containsExactly(
                        "2: #/connections",
                        "/: #/connections",
                        "auth: #/connections?text=auth",
                        "ArrowDown j k j: #/connections?text=auth",
                        "on: user:3595 /auth_socket #1005",
                        "Enter: #/connection/1005?node=c%4010.0.0.3",
                        "Escape: #/connections",
                        "]: #/connections?offset=50",
                        "[: #/connections",
                        "g t: #/topics",
                        "?: #/topics",
                        "help: true",
                        "3: #/topics",
                        "Escape: #/topics",
                        "help: false",
                        "d: #/topics",
                        "theme: light",
                        "p: #/topics",
                        "held: true, true",
                        "p: #/topics");
    }

    @Test
    void searchOrderPageAndNodeAreAskedOfTheServer() {
        String everything = "{'text':'','sort':'open_s','desc':false,'offset':0,'limit':50,'node':''}";
        assertThat(seen.get("looks"))
                .extracting(look -> look.toString().replace('"', '\''))
                .containsExactly(
                        "{'text':'','sort':'queued_bytes','desc':true,'offset':0,'limit':50,'node':''}",
                        "{'text':'user:1','sort':'queued_bytes','desc':true,'offset':0,'limit':50,'node':''}",
                        everything.replace("false", "true"),
                        everything,
                        everything.replace("'offset':0", "'offset':50"),
                        everything.replace("'node':''", "'node':'b@10.0.0.2'"));
        assertThat(seen.at("/found/pager").textValue()).isEqualTo("1–50 of 131 that match, 1,234 in all");
        assertThat(texts(seen.at("/found/names"))).hasSize(50).allMatch(name -> name.startsWith("user:1"));
    }

    @Test
    void rowsStayWhereTheyAreWhileThePointerIsOnThem() {
        JsonNode reading = seen.get("reading");
        assertThat(reading.get("held").booleanValue()).isTrue();
        assertThat(reading.get("note").textValue()).startsWith("Order held while you read");
        assertThat(reading.get("moved").booleanValue()).as("once it has left").isTrue();
    }

    @Test
    void aConnectionIsCutOnceItIsConfirmedAndOnlyByWhoMay() {
        JsonNode cut = seen.get("cut");
        assertThat(cut.get("unasked").intValue()).as("before that").isZero();
        assertThat(cut.get("asked")).hasToString("[[\"cut\",{\"node\":\"b@10.0.0.2\",\"id\":\"1001\"}]]");
        assertThat(cut.get("outcome").textValue()).isEqualTo("Done.");
        assertThat(cut.get("still").booleanValue()).as("shown when it has gone").isFalse();
        assertThat(cut.get("mayNot").booleanValue()).as("shown to readers").isFalse();
    }

    @Test
    void aTapIsBoundedStoppedAndComesBackWithTheConnection() {
        JsonNode tap = seen.get("tap");
        assertThat(tap.get("frames").intValue()).isEqualTo(500);
        assertThat(tap.get("newest").textValue()).contains("shout", "text, 12 characters", "a@10.0.0.1");
        assertThat(tap.get("after").intValue()).as("when cleared").isZero();
        assertThat(texts(tap.get("asked"))).containsExactly("tap {\"topic\":\"room:garden-1\"}", "untap {}");
        assertThat(texts(tap.get("again"))).containsExactly("tap", "tap", "untap");
    }

    @Test
    void itSaysWhenWhatItShowsIsOld() {
        JsonNode trouble = seen.get("trouble");
        assertThat(trouble.get("fine").booleanValue())
                .as("a notice while all is well")
                .isFalse();
        assertThat(texts(trouble.get("joins")))
                .as("tokens of the joins before and after one ran out")
                .containsExactly("token 1", "token 2");
        assertThat(trouble.get("lost").textValue()).startsWith("Reconnecting");
        assertThat(trouble.get("offline").textValue()).startsWith("Offline");
        assertThat(trouble.get("lookedAgain").booleanValue()).isTrue();
        assertThat(trouble.at("/silent/scope").textValue()).isEqualTo("3 nodes · no answer from b@10.0.0.2");
        assertThat(trouble.at("/silent/row").textValue()).contains("silent, 7 s");
        assertThat(trouble.get("chosen"))
                .hasSize(3)
                .allMatch(notice -> notice.textValue().equals("b@10.0.0.2 does not answer."));
        assertThat(trouble.get("refused").textValue()).contains("may not look");
    }

    @Test
    void itFitsAndCanBeReadAtEveryWidthInLightAndDark() {
        assertThat(seen.get("layout").properties()).hasSizeGreaterThan(15);
        seen.get("layout").properties().forEach(place -> {
            JsonNode found = place.getValue();
            assertThat(found.get("sideways").booleanValue())
                    .as(place.getKey() + ": scrolls sideways")
                    .isFalse();
            assertThat(texts(found.get("nameless")))
                    .as(place.getKey() + ": without a name for screen readers")
                    .isEmpty();
            assertThat(texts(found.get("pale")))
                    .as(place.getKey() + ": contrast below 4.5")
                    .isEmpty();
            if (place.getKey().endsWith("overview")) {
                assertThat(found.get("charts").intValue()).isEqualTo(12);
            }
        });
    }

    private static List<String> texts(JsonNode array) {
        Stream<JsonNode> each = StreamSupport.stream(array.spliterator(), false);
        return each.map(JsonNode::textValue).toList();
    }
}
