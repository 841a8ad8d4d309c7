package dev.simurgh.jackson3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.protocol.PayloadException;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.protocol.spi.PayloadCodecSuite;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.DoubleNode;

class Jackson3CodecTest extends PayloadCodecSuite {
    record UserName(String firstName) {}

    Jackson3CodecTest() {
        super(Jackson3Codec.create(), Jackson3Codec.lenient());
    }

    @Test
    void jacksonsOwnTreesAreDecodedAndEncoded() {
        JsonNode node = (JsonNode) decode("{\"number\":5}", JsonNode.class);
        assertThat(node.path("number").intValue()).isEqualTo(5);
        assertThat(encode(node)).isEqualTo("{\"number\":5}");
        assertThat(decode("null", JsonNode.class)).isInstanceOf(JsonNode.class);
        assertThatThrownBy(() -> encode(DoubleNode.valueOf(Double.NaN))).isInstanceOf(PayloadException.class);
    }

    @Test
    void theMapperCanBeTheApplications() {
        PayloadCodec snakes = Jackson3Codec.of(JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .build());
        assertThat(new String(snakes.encode(new UserName("Ada")), UTF_8)).isEqualTo("{\"first_name\":\"Ada\"}");
    }

    @Test
    void theServiceLoaderFindsIt() {
        assertThat(ServiceLoader.load(PayloadCodec.class)).singleElement().isInstanceOf(Jackson3Codec.class);
    }
}
