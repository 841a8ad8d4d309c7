package dev.simurgh.spring.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PlaceholdersResolver;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySources;

/** What the properties of an application say, and where. */
final class Told {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[^}]*}");

    private final List<ConfigurationPropertySource> sources = new ArrayList<>();
    private final PlaceholdersResolver placeholders;

    Told(ConfigurableEnvironment environment) {
        this(environment.getPropertySources());
    }

    Told(PropertySources properties) {
        ConfigurationPropertySources.from(properties).forEach(sources::add);
        placeholders = new PropertySourcesPlaceholdersResolver(properties);
    }

    /** The value, converted; empty if it is not there, or blank for what is no text. */
    <T> Optional<T> as(String name, Bindable<T> type) throws BindException {
        Binder binder = new Binder(sources(ConfigurationPropertyName.of(name)), placeholders);
        return Optional.ofNullable(binder.bind(name, type).orElse(null));
    }

    /** The text, with its placeholders replaced as far as something knows them; empty if it is not there, or no text. */
    Optional<String> text(String name) {
        try {
            return as(name, Bindable.of(String.class));
        } catch (BindException e) {
            return Optional.empty();
        }
    }

    /** Whether there is more in it than space. */
    boolean says(String name) {
        return says(ConfigurationPropertyName.of(name));
    }

    private boolean says(ConfigurationPropertyName name) {
        ConfigurationProperty property = property(name);
        return property == null
                ? hasMoreBelow(name)
                : !String.valueOf(property.getValue()).isBlank();
    }

    private boolean hasMoreBelow(ConfigurationPropertyName name) {
        return sources(name).stream()
                .anyMatch(source -> source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT);
    }

    /** Whether it is there, be it blank. */
    boolean isThere(String name) {
        ConfigurationPropertyName known = ConfigurationPropertyName.of(name);
        return property(known) != null || hasMoreBelow(known);
    }

    /** Whether it wants what nothing has, as in {@code ${CLUSTER_SECRET}}: Spring Boot leaves it as it is. */
    boolean isUnresolved(String name) {
        ConfigurationProperty property = property(ConfigurationPropertyName.of(name));
        return property != null
                && hasPlaceholder(String.valueOf(property.getValue()))
                && text(name).map(Told::hasPlaceholder).orElse(true);
    }

    private static boolean hasPlaceholder(String text) {
        return PLACEHOLDER.matcher(text).find();
    }

    /** The name in the spelling of the application, such as {@code SIMURGH_SERVER_PORT}. */
    String spelling(String name) {
        ConfigurationProperty property = property(ConfigurationPropertyName.of(name));
        return property != null && property.getOrigin() instanceof PropertySourceOrigin origin
                ? origin.getPropertyName()
                : name;
    }

    /** The value as it stands there. */
    Optional<String> written(String name) {
        ConfigurationProperty property = property(ConfigurationPropertyName.of(name));
        return property == null ? Optional.empty() : Optional.of(String.valueOf(property.getValue()));
    }

    /** The file and the line, or whatever else it comes from. */
    Optional<Origin> origin(String name) {
        ConfigurationProperty property = property(ConfigurationPropertyName.of(name));
        return property == null ? Optional.empty() : Optional.ofNullable(property.getOrigin());
    }

    /** Where it may be: a list is all of the first source that has any of it, and its elements are not mixed with those of others. */
    private List<ConfigurationPropertySource> sources(ConfigurationPropertyName name) {
        for (int i = 0; i < name.getNumberOfElements(); i++) {
            if (name.isNumericIndex(i)) {
                ConfigurationPropertyName list = name.chop(i);
                return sources.stream()
                        .filter(source -> source.getConfigurationProperty(list) != null
                                || source.containsDescendantOf(list) == ConfigurationPropertyState.PRESENT)
                        .findFirst()
                        .map(List::of)
                        .orElse(sources);
            }
        }
        return sources;
    }

    private @Nullable ConfigurationProperty property(ConfigurationPropertyName name) {
        for (ConfigurationPropertySource source : sources(name)) {
            ConfigurationProperty property = source.getConfigurationProperty(name);
            if (property != null) {
                return property;
            }
        }
        return null;
    }
}
