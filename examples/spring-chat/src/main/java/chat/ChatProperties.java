package chat;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be said of the chat besides what Spring Boot and Simurgh have properties for.
 *
 * @param data the SQLite file, unless {@code spring.datasource.url} names another database
 * @param demo whether three users are made whose passwords everybody knows, if there is nobody yet
 */
@ConfigurationProperties("chat")
record ChatProperties(Path data, @DefaultValue("false") boolean demo) {}
