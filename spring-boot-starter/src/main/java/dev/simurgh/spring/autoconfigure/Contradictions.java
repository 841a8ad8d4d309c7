package dev.simurgh.spring.autoconfigure;

import dev.simurgh.spring.SimurghJournalProperties.Store;
import dev.simurgh.spring.SimurghServerProperties.Mode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;

/** What properties say that does not go together, each of them being right. */
final class Contradictions {
    private static final String NODE = "simurgh.node-name";
    private static final String CLUSTER = "simurgh.cluster.name";
    private static final String CLUSTER_PORT = "simurgh.cluster.port";
    private static final String SECRET = "simurgh.cluster.secret";
    private static final String PLAINTEXT = "simurgh.cluster.plaintext";
    private static final String STORE = "simurgh.journal.store";
    private static final String FILE = "simurgh.journal.file";
    private static final String DATA_SOURCE = "simurgh.journal.data-source";
    private static final String CERTIFICATE = "simurgh.server.ssl.certificate";
    private static final String KEY = "simurgh.server.ssl.certificate-private-key";
    private static final String ORIGINS = "simurgh.server.origins";
    private static final String MOST = "simurgh.server.max-connections";
    private static final String MOST_OF_ONE = "simurgh.server.max-connections-per-address";
    private static final String LIMIT = "simurgh.drain.limit";
    private static final String KEPT = "simurgh.kept.topics";

    private final Told told;
    private final boolean ownCluster;
    private final List<Problem> problems = new ArrayList<>();

    /**
     * Looks for them.
     *
     * @param ownCluster whether the application brings an adapter for a cluster
     */
    Contradictions(Told told, boolean ownCluster) {
        this.told = told;
        this.ownCluster = ownCluster;
    }

    List<Problem> problems() {
        cluster();
        certificate();
        origins();
        connections();
        journal();
        kept();
        drain();
        return problems;
    }

    private void wrong(String name, String expected) {
        problems.add(Problem.of(told, name, false, expected));
    }

    private <T> Optional<T> said(String name, Class<T> type) {
        try {
            return told.as(name, Bindable.of(type));
        } catch (BindException e) {
            return Optional.empty(); // a rule says so
        }
    }

    private boolean isTrue(String name) {
        return said(name, Boolean.class).orElse(false);
    }

    private void cluster() {
        if (told.says(CLUSTER) && told.says(NODE)) {
            wrong(NODE, "none, since " + CLUSTER + " names this node");
        }
        if (!told.isThere(CLUSTER) && !ownCluster) {
            for (String name : List.of("simurgh.cluster.connect", "simurgh.cluster.dns")) {
                if (told.says(name)) {
                    wrong(firstOf(name), CLUSTER + " beside it; without one, a node is alone");
                }
            }
        }
        if (told.says(SECRET) && isTrue(PLAINTEXT)) {
            wrong(PLAINTEXT, "false, since there is " + SECRET);
        }
        Optional<String> ofName = told.text(CLUSTER)
                .filter(name -> name.matches(".*[^:\\[]:\\d+"))
                .map(name -> name.substring(name.lastIndexOf(':') + 1));
        said(CLUSTER_PORT, Integer.class)
                .filter(port -> ofName.isPresent() && !ofName.get().equals(String.valueOf(port)))
                .ifPresent(port -> wrong(CLUSTER_PORT, "that of " + CLUSTER + ", " + ofName.orElse("") + ", or none"));
    }

    /** Of a list, where its first element stands alone. */
    private String firstOf(String list) {
        return told.written(list).isPresent() ? list : list + "[0]";
    }

    private void certificate() {
        if (told.says(CERTIFICATE) != told.says(KEY)) {
            wrong(
                    told.says(CERTIFICATE) ? CERTIFICATE : KEY,
                    (told.says(CERTIFICATE) ? KEY : CERTIFICATE) + " beside it");
        }
        if (said("simurgh.server.mode", Mode.class).orElse(Mode.OWN_PORT) != Mode.OWN_PORT) {
            return; // nobody reads them
        }
        for (String name : List.of(CERTIFICATE, KEY)) {
            if (told.says(name) && !told.isUnresolved(name)) {
                if (!said(name, Path.class).map(Files::isReadable).orElse(false)) {
                    wrong(name, "a file that this process can read");
                }
            }
        }
    }

    private void origins() {
        try {
            List<String> all = told.as(ORIGINS, Bindable.listOf(String.class)).orElse(List.of());
            if (all.size() > 1 && all.contains("*")) {
                wrong(firstOf(ORIGINS), "* alone, or origins without it");
            }
        } catch (BindException e) {
            // a rule says so
        }
    }

    private void connections() {
        Optional<Integer> most = said(MOST, Integer.class);
        said(MOST_OF_ONE, Integer.class)
                .filter(ofOne -> most.isPresent() && ofOne > most.get())
                .ifPresent(ofOne -> wrong(MOST_OF_ONE, "at most " + MOST + ", " + most.orElseThrow()));
    }

    private void journal() {
        if (told.isThere(STORE) && !told.says(STORE)) {
            wrong(STORE, "one of auto, data-source, sqlite, memory");
        }
        Store store = said(STORE, Store.class).orElse(Store.AUTO);
        if (told.says(FILE) && (store == Store.MEMORY || store == Store.DATA_SOURCE)) {
            wrong(FILE, "none with " + STORE + ", or sqlite there");
        }
        if (told.says(DATA_SOURCE) && (store == Store.MEMORY || store == Store.SQLITE)) {
            wrong(DATA_SOURCE, "none with " + STORE + ", or data-source there");
        }
        if (told.says(FILE) && told.says(DATA_SOURCE) && store == Store.AUTO) {
            wrong(FILE, "one of it and " + DATA_SOURCE);
        }
    }

    private void kept() {
        for (int i = 0; told.isThere(KEPT + "[" + i + "]"); i++) {
            String topics = KEPT + "[" + i + "]";
            if (!told.isThere(topics + ".pattern")) {
                problems.add(new Problem(
                        topics + ".pattern: none (expected: a topic, or a pattern such as room:*)",
                        "Say which topics are kept."));
            }
            if (isTrue(topics + ".compacted") && isTrue(topics + ".last-value")) {
                wrong(topics + ".last-value", "false, since " + topics + ".compacted is true; or the other way round");
            }
        }
    }

    private void drain() {
        Duration most = said(PreparedEndpoint.PHASE_TIMEOUT, Duration.class).orElse(PreparedEndpoint.SPRINGS_OWN);
        said(LIMIT, Duration.class)
                .filter(limit -> limit.compareTo(most) >= 0)
                .ifPresent(limit -> problems.add(Problem.of(
                        told,
                        LIMIT,
                        false,
                        "less than " + PreparedEndpoint.PHASE_TIMEOUT + ", " + most.toMillis()
                                + " ms, after which Spring goes on without waiting",
                        "Raise " + PreparedEndpoint.PHASE_TIMEOUT
                                + " above it, and the grace period of the process manager above that.")));
    }
}
