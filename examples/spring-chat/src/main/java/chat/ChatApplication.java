package chat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Starts the chat. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ChatApplication {
    static final String USAGE = """
            usage: ./simurgh spring-chat [options]
              --port N      where it listens (default: $PORT, else 4000)
              --data FILE   the SQLite file (default: data/spring-chat.db); SPRING_DATASOURCE_URL, _USERNAME and _PASSWORD name a PostgreSQL instead
              --help        this
              --NAME=VALUE  any other property of Spring Boot or of Simurgh""";

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    /** Runs until it is told to end, by SIGTERM. */
    @SuppressWarnings("SystemOut") // whoever started it waits for its line
    public static void main(String[] args) throws IOException {
        List<String> words = List.of(args);
        if (words.contains("--help")) {
            System.out.println(USAGE);
            return;
        }
        try {
            Files.createDirectories(Path.of("data"));
            Environment environment = SpringApplication.run(ChatApplication.class, properties(words))
                    .getEnvironment();
            System.out.println("listening on http://127.0.0.1:" + environment.getProperty("local.server.port") + "/");
        } catch (IllegalArgumentException e) {
            System.err.println("spring-chat: " + e.getMessage());
            System.exit(1);
        }
    }

    /** The options of the examples, as Spring Boot would have them. Of one that comes twice, the last counts. */
    static String[] properties(List<String> words) {
        Map<String, String> properties = new LinkedHashMap<>();
        for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
            String word = rest.next();
            switch (word) {
                case "--port" -> properties.put("--server.port", value(word, rest));
                case "--data" -> properties.put("--chat.data", value(word, rest));
                default -> {
                    int sign = word.indexOf('=');
                    if (!word.startsWith("--") || sign < 0) {
                        throw new IllegalArgumentException(word + " (expected: an option)\n" + USAGE);
                    }
                    properties.put(word.substring(0, sign), word.substring(sign + 1));
                }
            }
        }
        return properties.entrySet().stream().map(Object::toString).toArray(String[]::new);
    }

    private static String value(String option, Iterator<String> words) {
        if (!words.hasNext()) {
            throw new IllegalArgumentException(option + " without a value\n" + USAGE);
        }
        return words.next();
    }
}
