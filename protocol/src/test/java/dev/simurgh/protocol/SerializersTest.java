package dev.simurgh.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SerializersTest {

    @ParameterizedTest
    @ValueSource(strings = {"1.0.0", "1.0.9", "1.0.10", "1.0.0+build", "1.0.99999999999999999999"})
    void patchLevelsOf10AreServedByV1(String vsn) {
        assertThat(Serializers.negotiate(vsn)).containsSame(Serializers.V1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.0.0", "2.0.5", "2.0.0+build", "2.0.0+build.5.-x"})
    void patchLevelsOf20AreServedByV2(String vsn) {
        assertThat(Serializers.negotiate(vsn)).containsSame(Serializers.V2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "2.0",
                "2.0.",
                ".0.0",
                "2..0",
                "1.1.0",
                "2.1.0",
                "3.0.0",
                "0.0.0",
                "abc",
                "2.0.0-rc.1",
                "2.0.1-rc.1",
                " 2.0.0",
                "2.0.0 ",
                "2.0.00",
                "02.0.0",
                "2.0.0.0",
                "2.0.0+",
                "2.0.0+a..b",
                "2.0.0+a.",
                "2.0.0+é",
                "2.0.0 build",
                "v2.0.0",
                "2.0.-1",
                "2.0.x",
                "٢.٠.٠",
                "+",
                "."
            })
    void anythingElseIsServedByNone(String vsn) {
        assertThat(Serializers.negotiate(vsn)).isEmpty();
    }

    @Test
    void aClientWithoutVersionSpeaksV1() {
        assertThat(Serializers.negotiate(Serializers.DEFAULT_VERSION)).containsSame(Serializers.V1);
    }

    @Test
    void onlyTheSupportedSerializersAreChosenFrom() {
        assertThat(Serializers.negotiate("1.0.0", List.of(Serializers.V2))).isEmpty();
        assertThat(Serializers.negotiate("2.0.0", List.of(Serializers.V1, Serializers.V2)))
                .containsSame(Serializers.V2);
        assertThat(Serializers.negotiate("2.0.0", List.of())).isEmpty();
    }

    @Test
    void aSerializerOfALaterPatchLevelIsNotForEarlierClients() {
        assertThat(Version.parse("2.0.9").orElseThrow().isServedBy(new Version("2", "0", "10")))
                .isFalse();
        assertThat(Version.parse("2.0.10").orElseThrow().isServedBy(new Version("2", "0", "9")))
                .isTrue();
    }
}
