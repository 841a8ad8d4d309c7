package dev.simurgh.spring.autoconfigure;

/** Thrown when the application declares what cannot be; Spring Boot shows it as a description and an action. */
public final class SimurghConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String action;

    /**
     * Says what is wrong.
     *
     * @param description the value and the rule, such as {@code path: x (expected: a slash first)}
     * @param action what to write instead
     */
    public SimurghConfigurationException(String description, String action) {
        super(description);
        this.action = action;
    }

    /** What to write instead. */
    public String action() {
        return action;
    }
}
