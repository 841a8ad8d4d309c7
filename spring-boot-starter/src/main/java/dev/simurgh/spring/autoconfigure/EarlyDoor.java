package dev.simurgh.spring.autoconfigure;

import org.springframework.context.SmartLifecycle;

/** Opens the door on the application's port before its web server takes clients in; {@link ServerLifecycle} closes it. */
final class EarlyDoor implements SmartLifecycle {
    private final Door door;
    private volatile boolean running;

    EarlyDoor(Door door) {
        this.door = door;
    }

    @Override
    public int getPhase() {
        return EndpointLifecycle.PHASE + 1;
    }

    @Override
    public void start() {
        door.open();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** See {@link EndpointLifecycle#isPauseable}. */
    public boolean isPauseable() {
        return false;
    }
}
