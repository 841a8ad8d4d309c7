package hello;

import dev.simurgh.asyncapi.EndpointProtocol;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.journal.Durable;
import dev.simurgh.journal.Journal;
import dev.simurgh.journal.MemoryStore;
import dev.simurgh.presence.Presence;
import dev.simurgh.token.Tokens;
import java.util.function.Supplier;

/** What clients may say and hear here. The build makes types of it, for pages in TypeScript, and a document; see {@code pom.xml}. */
final class ClientTypes implements Supplier<EndpointProtocol> {
    @Override
    public EndpointProtocol get() {
        JacksonCodec codec = JacksonCodec.create();
        Journal journal = Journal.builder(MemoryStore.create()).build(); // nothing is stored, but the channels want one
        try {
            return EndpointProtocol.builder()
                    .title("hello-sockets")
                    .codec(codec)
                    .socket(
                            "/socket",
                            UserSocket.spec(
                                    Durable.of(journal, codec, Tally.spec()),
                                    Presence.builder().build()))
                    .socket("/auth_socket", AuthSocket.spec(Tokens.of("x".repeat(64))))
                    .build();
        } finally {
            journal.close();
        }
    }
}
