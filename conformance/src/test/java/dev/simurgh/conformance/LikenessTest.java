package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LikenessTest {
    private final StandIns standIns = new StandIns();
    private final Likeness likeness = new Likeness(standIns);

    @Test
    void theOrderOfKeysDoesNotMatter() {
        assertThat(likeness.difference("{\"a\":1,\"b\":[2]}", "{\"b\":[2],\"a\":1}"))
                .isEmpty();
    }

    @Test
    void numbersAreComparedAsNumbers() {
        assertThat(likeness.difference("[1.0e3,-0.0,12345678901234567890]", "[1000.0,0,12345678901234567890]"))
                .isEmpty();
        assertThat(likeness.difference("[12345678901234567890]", "[12345678901234567891]"))
                .contains("at $[0]: 12345678901234567890 expected");
    }

    @Test
    void aNumberIsNoString() {
        assertThat(likeness.difference("[5]", "[\"5\"]")).contains("at $[0]: 5 expected");
    }

    @Test
    void nullIsNotTheSameAsNothing() {
        assertThat(likeness.difference("{\"ref\":null}", "{}")).contains("at $: key ref is missing");
    }

    @Test
    void messagesInAPollAreComparedByValue() {
        assertThat(likeness.difference(
                        "{\"messages\":[\"{\\\"a\\\":1,\\\"b\\\":2}\"]}",
                        "{\"messages\":[\"{\\\"b\\\":2,\\\"a\\\":1}\"]}"))
                .isEmpty();
    }

    @Test
    void tokensAreComparedByShapeAndRemembered() {
        assertThat(likeness.difference("{\"token\":\"SFMyNTY.rec.orded\"}", "{\"token\":\"SFMyNTY.our.own\"}"))
                .isEmpty();
        assertThat(standIns.substitute("/socket?token=SFMyNTY.rec.orded&vsn=2.0.0"))
                .isEqualTo("/socket?token=SFMyNTY.our.own&vsn=2.0.0");
        assertThat(likeness.difference("{\"token\":\"SFMyNTY.rec.orded\"}", "{\"token\":\"none\"}"))
                .isPresent();
    }

    @Test
    void aPhxRefIsTheSameEveryTime() {
        assertThat(likeness.difference("{\"phx_ref\":\"A\"}", "{\"phx_ref\":\"x\"}"))
                .isEmpty();
        assertThat(likeness.difference("{\"phx_ref_prev\":\"A\"}", "{\"phx_ref_prev\":\"y\"}"))
                .contains("at $.phx_ref_prev: \"x\" expected, as before");
    }

    @Test
    void measuredTimesDoNotMatterButCountsDo() {
        assertThat(likeness.difference("sent 2 in 46 us", "sent 2 in 7 us")).isEmpty();
        assertThat(likeness.difference("sent 2 in 46 us", "sent 3 in 7 us")).isPresent();
    }

    @Test
    void ofLongTextsSizeAndStartAreCompared() {
        assertThat(likeness.difference("(20 bytes, starts [\"1\",{\"s\":\"x)", "[\"1\",{\"t\":\"xxxxxx\"}]"))
                .isEmpty();
        assertThat(likeness.difference("(20 bytes, starts [\"1\",{\"s\":\"x)", "[\"2\",{\"s\":\"xxxxxx\"}]"))
                .isPresent();
    }
}
