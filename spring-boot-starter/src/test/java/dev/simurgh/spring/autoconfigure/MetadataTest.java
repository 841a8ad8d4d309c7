package dev.simurgh.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetadataTest {
    static List<JsonNode> properties() throws IOException {
        List<JsonNode> own = new ArrayList<>();
        for (URL metadata : Collections.list(
                MetadataTest.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream in = metadata.openStream()) {
                new ObjectMapper().readTree(in).path("properties").forEach(property -> {
                    if (property.path("name").textValue().startsWith("simurgh.")) {
                        own.add(property);
                    }
                });
            }
        }
        return own;
    }

    @Test
    void anIdeKnowsEachPropertyAndWhatItIsFor() throws IOException {
        assertThat(properties())
                .extracting(property -> property.path("name").textValue())
                .contains(
                        "simurgh.server.mode",
                        "simurgh.server.port",
                        "simurgh.socket.path",
                        "simurgh.drain.limit",
                        "simurgh.journal.store",
                        "simurgh.kept.topics",
                        "simurgh.cluster.name",
                        "simurgh.presence.grace");
        assertThat(properties())
                .allSatisfy(property -> assertThat(property.path("description").textValue())
                        .as(property.path("name").textValue())
                        .isNotBlank());
    }
}
