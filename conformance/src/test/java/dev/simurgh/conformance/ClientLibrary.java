package dev.simurgh.conformance;

import java.util.List;
import java.util.Set;

/** A client library, with what its API has. */
record ClientLibrary(String title, Start start, Set<Ability> abilities) {
    static final List<ClientLibrary> ALL = List.of(
            of(
                    "phoenix.js in Node",
                    node("phoenix"),
                    Ability.REPLY_PAYLOAD,
                    Ability.JOIN_REF,
                    Ability.BINARY,
                    Ability.TOKEN_PARAM,
                    Ability.PARAMS_FUNCTION,
                    Ability.JOIN_PARAMS,
                    Ability.SEVERAL_METAS,
                    Ability.ANY_KEY,
                    Ability.ENDS_AT_ONCE),
            of(
                    "phoenix.js in Node, long polling",
                    node("phoenix", "longpoll"),
                    Ability.REPLY_PAYLOAD,
                    Ability.JOIN_REF,
                    Ability.PARAMS_FUNCTION,
                    Ability.JOIN_PARAMS,
                    Ability.SEVERAL_METAS,
                    Ability.ANY_KEY),
            of(
                    "phoenix.js in Chromium",
                    () -> new ScriptedClient(ClientTools.node("browser.mjs", ClientTools.chromium())),
                    Ability.REPLY_PAYLOAD,
                    Ability.JOIN_REF,
                    Ability.BINARY,
                    Ability.TOKEN_PARAM,
                    Ability.PARAMS_FUNCTION,
                    Ability.JOIN_PARAMS,
                    Ability.SEVERAL_METAS,
                    Ability.ANY_KEY,
                    Ability.ORIGIN,
                    Ability.ENDS_AT_ONCE),
            of(
                    "phoenix.js in Chromium, WebSocket blocked",
                    () -> new ScriptedClient(ClientTools.node("browser.mjs", ClientTools.chromium(), "blocked")),
                    Ability.REPLY_PAYLOAD,
                    Ability.JOIN_REF,
                    Ability.PARAMS_FUNCTION,
                    Ability.JOIN_PARAMS,
                    Ability.SEVERAL_METAS,
                    Ability.ANY_KEY,
                    Ability.ORIGIN,
                    Ability.FALLBACK),
            of(
                    "phoenix-channels",
                    node("phoenix-channels"),
                    Ability.REPLY_PAYLOAD,
                    Ability.TOKEN_PARAM,
                    Ability.JOIN_PARAMS,
                    Ability.SEVERAL_METAS,
                    Ability.ENDS_AT_ONCE),
            of(
                    "phoenix-socket",
                    node("phoenix-socket"),
                    Ability.REPLY_PAYLOAD,
                    Ability.TOKEN_PARAM,
                    Ability.JOIN_PARAMS,
                    Ability.SEVERAL_METAS,
                    Ability.ENDS_AT_ONCE),
            of(
                    "supabase realtime-js",
                    node("@supabase/realtime-js"),
                    Ability.JOIN_REF,
                    Ability.TOKEN_PARAM,
                    Ability.OWN_FRAMES,
                    Ability.ENDS_AT_ONCE),
            of(
                    "JavaPhoenixClient",
                    JavaPhoenixClient::new,
                    Ability.REPLY_PAYLOAD,
                    Ability.JOIN_REF,
                    Ability.TOKEN_PARAM,
                    Ability.PARAMS_FUNCTION,
                    Ability.JOIN_PARAMS,
                    Ability.SEVERAL_METAS,
                    Ability.ANY_KEY,
                    Ability.ENDS_AT_ONCE));

    /** What not every library can do. */
    enum Ability {
        /** Tells the payload of a reply, not only its status. */
        REPLY_PAYLOAD,
        /** Speaks vsn 2, where a message says which join it belongs to. With vsn 1, the end of one join of a topic looks like the end of all. */
        JOIN_REF,
        /** Sends and receives bytes. */
        BINARY,
        /** Sends a parameter named {@code token}. Over long polling phoenix.js does not: that one is its session's. */
        TOKEN_PARAM,
        /** Goes over to long polling where WebSocket does not work. */
        FALLBACK,
        /** Takes a function for the params of a join. */
        PARAMS_FUNCTION,
        /** Sends the params of a join that it is given. */
        JOIN_PARAMS,
        /** Lists whatever key there is, be it the name of something that all objects of its language have. */
        ANY_KEY,
        /** Lists all metas of a key, each once, also when one is replaced. */
        SEVERAL_METAS,
        /** Has a connection, which ends when it disconnects, and not a session, which ends when nobody has polled for a while. */
        ENDS_AT_ONCE,
        /** Runs in a browser, which says in whose name it connects. */
        ORIGIN,
        /** Sends frames that only its own server knows. */
        OWN_FRAMES
    }

    /** Starts the program that the library runs in; throws, to skip the case or to fail it, where there is none. */
    interface Start {
        ClientUnderTest start() throws Exception;
    }

    private static ClientLibrary of(String title, Start start, Ability... abilities) {
        return new ClientLibrary(title, start, Set.of(abilities));
    }

    private static Start node(String... library) {
        return () -> new ScriptedClient(ClientTools.node("node.mjs", library));
    }

    boolean can(Ability ability) {
        return abilities.contains(ability);
    }
}
