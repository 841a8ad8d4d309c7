package dev.simurgh.testkit;

/**
 * One push of a whole inbox, for {@link Joined#assertPushes(Pushed...)}.
 *
 * @param event its event
 * @param payload its exact payload
 */
public record Pushed(String event, Object payload) {
    /** Names a push; reads well imported statically. */
    public static Pushed pushed(String event, Object payload) {
        return new Pushed(event, payload);
    }
}
