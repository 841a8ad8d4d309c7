package dev.simurgh.jackson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.DoubleNode;
import dev.simurgh.protocol.PayloadException;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.protocol.spi.PayloadCodecSuite;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class JacksonCodecTest extends PayloadCodecSuite {
    record UserName(String firstName) {}

    JacksonCodecTest() {
        super(JacksonCodec.create(), JacksonCodec.lenient());
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
        PayloadCodec snakes = JacksonCodec.of(JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .build());
        assertThat(new String(snakes.encode(new UserName("Ada")), UTF_8)).isEqualTo("{\"first_name\":\"Ada\"}");
    }

    @Test
    void theServiceLoaderFindsIt() {
        assertThat(ServiceLoader.load(PayloadCodec.class)).singleElement().isInstanceOf(JacksonCodec.class);
    }
}
