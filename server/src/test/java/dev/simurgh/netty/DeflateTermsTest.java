package dev.simurgh.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeflateTermsTest {
    private static Optional<DeflateTerms> negotiate(String... headers) {
        return DeflateTerms.negotiate(List.of(headers), true);
    }

    @ParameterizedTest
    @CsvSource({
        "permessage-deflate, permessage-deflate",
        "PerMessage-Deflate, permessage-deflate",
        "permessage-deflate; client_max_window_bits, permessage-deflate;client_max_window_bits=15",
        "permessage-deflate ; server_max_window_bits = 10, permessage-deflate;server_max_window_bits=10",
        "permessage-deflate; server_max_window_bits=\"10\", permessage-deflate;server_max_window_bits=10",
        "permessage-deflate; client_no_context_takeover; server_no_context_takeover,"
                + " permessage-deflate;client_no_context_takeover;server_no_context_takeover",
    })
    void whatCanBeMetIsAgreedTo(String offer, String response) {
        assertThat(negotiate(offer).orElseThrow().response()).isEqualTo(response);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";",
                "x-webkit-deflate-frame",
                "permessage-deflate; bogus",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; server_max_window_bits=7",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_max_window_bits=08",
                "permessage-deflate; client_max_window_bits=99999999999",
                "permessage-deflate; client_no_context_takeover=1",
                "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
                "permessage-deflate;",
            })
    void anythingElseIsDeclined(String offer) {
        assertThat(negotiate(offer)).isEmpty();
    }

    @Test
    void theFirstOfferThatCanBeMetIsTaken() {
        assertThat(negotiate("x, permessage-deflate; bogus=1", "permessage-deflate; server_max_window_bits=9"))
                .hasValueSatisfying(terms -> assertThat(terms.windowBits()).isEqualTo(9));
    }

    @Test
    void withoutTakeoverTheServerAsksForIt() {
        DeflateTerms terms = DeflateTerms.negotiate(List.of("permessage-deflate; client_no_context_takeover"), false)
                .orElseThrow();

        assertThat(terms.response())
                .isEqualTo("permessage-deflate;client_no_context_takeover;server_no_context_takeover");
        assertThat(terms.sharesOutput()).isTrue();
    }
}
