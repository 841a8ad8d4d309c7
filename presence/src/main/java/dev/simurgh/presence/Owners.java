package dev.simurgh.presence;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.StopReason;
import dev.simurgh.presence.Lingering.Found;
import dev.simurgh.presence.PresenceOwner.Place;
import dev.simurgh.presence.TrackResult.Refusal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Who has tracked what on this node, within which limits, and what becomes of it at the end.
 *
 * <p>All of that is guarded by the lock of the {@link Registry}, so that a limit is exact, and what ends while it is tracked is either refused or ended. No code of a
 * user runs under it: metas are encoded before, and a function that makes a meta of the old one is called again if the old one is no longer the one.
 */
final class Owners {
    private static final Logger log = LoggerFactory.getLogger(Owners.class);
    private static final byte[] NONE = {};
    private static final int AT_ONCE = 100; // so many take no longer than others may wait
    private static final TrackResult REPLACED = TrackResult.done(null);

    private final PresenceOptions options;
    private final Endpoint endpoint;
    private final Registry registry;
    private final Tracking tracking;
    private final Executor later;
    private final Quota quota;
    private final Map<Socket, PresenceOwner> bySocket = new ConcurrentHashMap<>();
    private final Lingering lingering = new Lingering();
    private boolean timed; // whether a timer runs for those who linger; guarded by the registry
    private boolean stopped; // guarded by the registry

    /** @param later runs what takes longer than a thread of the timers has time */
    Owners(PresenceOptions options, Endpoint endpoint, Registry registry, Tracking tracking, Executor later) {
        this.options = options;
        this.endpoint = endpoint;
        this.registry = registry;
        this.tracking = tracking;
        this.later = later;
        this.quota = new Quota(options);
    }

    PresenceOwner make() {
        return new PresenceOwner(this, now());
    }

    /** The channel's; if that has ended, one that has ended. */
    PresenceOwner of(Socket socket) {
        PresenceOwner known = bySocket.get(socket);
        if (known != null) {
            return known;
        }
        PresenceOwner made = make();
        PresenceOwner first = bySocket.putIfAbsent(socket, made);
        if (first != null) {
            return first;
        }
        try {
            endpoint.backstage().atEnd(socket, reason -> {
                bySocket.remove(socket);
                if (comesBack(reason)) {
                    made.breakOff();
                } else {
                    made.close();
                }
            });
        } catch (RuntimeException e) { // there is no end that it would hear of
            bySocket.remove(socket);
            made.close();
            throw e;
        }
        return made;
    }

    /** Whether a client may well come back by itself behind such an end: nobody has said that it is to go. */
    private static boolean comesBack(StopReason reason) {
        return switch (reason.kind()) {
            case CLOSED, CRASHED, OTHER, DUPLICATE_JOIN, EXPIRED, DRAINED -> true;
            case NORMAL, SHUTDOWN, LEFT, DISCONNECTED, JOIN_TIMEOUT -> false;
        };
    }

    byte[] encoded(Object meta) {
        return tracking.encoded(meta);
    }

    // Tracking.

    TrackResult track(PresenceOwner owner, Place place, byte[] meta) {
        return admitted(owner, place, meta, (changes, lingered) -> hold(changes, owner, place, meta, lingered));
    }

    /** Takes a place for {@link #place}, or says why there is none. */
    TrackResult reserve(PresenceOwner owner, Place place, byte[] meta) {
        return admitted(owner, place, meta, (changes, lingered) -> {
            if (lingered == null) {
                quota.reserve(place, meta);
            }
            owner.reserve(new Reservation(place, meta, lingered));
            return TrackResult.done(null);
        });
    }

    /** What becomes of a place that was taken: a new one, or that of what has lingered. */
    private interface Taken {
        TrackResult then(Registry.Changes changes, @Nullable Slot lingered);
    }

    private TrackResult admitted(PresenceOwner owner, Place place, byte[] meta, Taken taken) {
        long now = now();
        return told(tracking.change(changes -> {
            Refusal refusal = refusal(owner, place, meta, now);
            if (refusal != null) {
                return quota.refused(refusal);
            }
            Found lingers = lingering.find(place, meta);
            refusal = lacksRoom(place, meta, lingers);
            if (refusal != null) {
                return quota.refused(refusal);
            }
            spend(owner, now);
            return taken.then(changes, lingers == null ? null : lingers.take());
        }));
    }

    /** Tracks what has been reserved, unless that has ended. */
    TrackResult place(PresenceOwner owner, Place place) {
        return tracking.change(changes -> {
            Reservation reserved = owner.reservation(place);
            if (reserved == null) {
                return quota.refused(owner.hasEnded() ? Refusal.ENDED : Refusal.NOT_TRACKED);
            }
            owner.drop(reserved);
            if (reserved.lingering == null) {
                quota.unreserve(place, reserved.meta);
            }
            return hold(changes, owner, place, reserved.meta, reserved.lingering);
        });
    }

    private @Nullable Refusal refusal(PresenceOwner owner, Place place, byte[] meta, long now) {
        if (owner.hasEnded() || stopped) {
            return Refusal.ENDED;
        } else if (owner.has(place)) {
            return Refusal.ALREADY_TRACKED;
        } else if (quota.isTooLarge(place, meta)) {
            return Refusal.TOO_LARGE;
        } else if (owner.size() >= options.maxPerOwner()) {
            return Refusal.TOO_MANY;
        }
        return quota.maySpend(owner.wholeAt(), now) ? null : Refusal.TOO_FAST;
    }

    /** Takes the room for a meta, and with it the place of whoever is new; or says what there is none of. */
    private @Nullable Refusal lacksRoom(Place place, byte[] meta, @Nullable Found lingers) {
        if (lingers == null) {
            return quota.take(room(place), place, meta);
        }
        return quota.grow(room(place), place, meta.length - lingers.entry().meta.length);
    }

    private void spend(PresenceOwner owner, long now) {
        owner.wholeAt(quota.spent(owner.wholeAt(), now));
    }

    /** Holds what has its place: something new, or what has lingered, which others see only if its meta is another. */
    private TrackResult hold(
            Registry.Changes changes, PresenceOwner owner, Place place, byte[] meta, @Nullable Slot lingered) {
        Slot slot = lingered == null ? tracking.add(changes, place.topic(), place.key(), meta) : lingered;
        owner.hold(place, slot);
        if (lingered != null && !Arrays.equals(slot.entry().meta, meta)) {
            tracking.update(changes, slot, meta);
        }
        return TrackResult.done(slot.entry().ref());
    }

    TrackResult update(PresenceOwner owner, Place place, byte[] meta) {
        return update(owner, place, meta, null);
    }

    TrackResult update(PresenceOwner owner, Place place, Function<Meta, Object> change) {
        while (true) {
            Slot slot = registry.locked(() -> owner.slot(place));
            Entry before = slot == null ? null : slot.entry();
            byte[] meta = before == null ? NONE : tracking.encoded(change.apply(tracking.meta(before)));
            TrackResult result = update(owner, place, meta, before);
            if (result != REPLACED) {
                return result;
            }
        }
    }

    /** @return {@link #REPLACED} if there is another meta by now than the one that was to be replaced */
    private TrackResult update(PresenceOwner owner, Place place, byte[] meta, @Nullable Entry expected) {
        long now = now();
        return told(tracking.change(changes -> {
            Slot slot = owner.slot(place);
            if (slot == null) {
                return quota.refused(owner.hasEnded() ? Refusal.ENDED : Refusal.NOT_TRACKED);
            }
            if (expected != null && slot.entry() != expected) {
                return REPLACED;
            }
            if (quota.isTooLarge(place, meta)) {
                return quota.refused(Refusal.TOO_LARGE);
            }
            if (!quota.maySpend(owner.wholeAt(), now)) {
                return quota.refused(Refusal.TOO_FAST);
            }
            Refusal full = quota.grow(room(place), place, meta.length - slot.entry().meta.length);
            if (full != null) {
                return quota.refused(full);
            }
            spend(owner, now);
            tracking.update(changes, slot, meta);
            return TrackResult.done(slot.entry().ref());
        }));
    }

    TrackResult untrack(PresenceOwner owner, Place place) {
        return tracking.change(changes -> {
            Slot slot = owner.slot(place);
            Reservation reserved = owner.reservation(place);
            if (slot != null) {
                owner.release(place);
                remove(changes, slot);
            } else if (reserved != null) {
                owner.drop(reserved);
                giveBack(changes, reserved, false);
            } else {
                return quota.refused(owner.hasEnded() ? Refusal.ENDED : Refusal.NOT_TRACKED);
            }
            return TrackResult.done(null);
        });
    }

    private void remove(Registry.Changes changes, Slot slot) {
        quota.give(slot.entry());
        tracking.remove(changes, slot);
    }

    private void giveBack(Registry.Changes changes, Reservation reserved, boolean lingers) {
        Slot slot = reserved.lingering;
        if (slot == null) {
            quota.unreserve(reserved.place, reserved.meta);
            quota.give(reserved.place, reserved.meta);
            return;
        }
        quota.resize(slot.entry().meta.length - reserved.meta.length);
        if (lingers) {
            linger(slot);
        } else {
            remove(changes, slot);
        }
    }

    // The end.

    /** @param comesBack whether what it has tracked may linger */
    void close(PresenceOwner owner, boolean comesBack) {
        List<Slot> many = tracking.change(changes -> {
            boolean lingers = comesBack && !options.grace().isZero() && !stopped;
            List<Slot> slots = List.copyOf(owner.slots());
            owner.reservations().forEach(reserved -> giveBack(changes, reserved, !stopped));
            owner.end();
            if (lingers) {
                slots.forEach(this::linger);
            } else if (slots.size() > AT_ONCE) {
                return slots;
            } else {
                slots.forEach(slot -> remove(changes, slot));
            }
            return List.of();
        });
        if (!many.isEmpty()) {
            tracking.changeEach(many.iterator(), this::remove);
        }
        watch();
    }

    private void linger(Slot slot) {
        lingering.add(slot, now() + options.grace().toNanos());
    }

    /** Sees to it that those who linger end in time: with one timer for all. */
    private void watch() {
        if (options.grace().isZero()) {
            return;
        }
        Duration delay = registry.locked(() -> {
            OptionalLong next = stopped || timed ? OptionalLong.empty() : lingering.next();
            timed |= next.isPresent();
            return next.isPresent() ? Duration.ofNanos(Math.max(0, next.getAsLong() - now())) : null;
        });
        if (delay != null) {
            endpoint.timers().schedule(delay, this::endThoseDue);
        }
    }

    /** On a thread of the timers, which has other work. */
    private void endThoseDue() {
        later.execute(() -> {
            registry.locked(() -> timed = false);
            tracking.changeEach(lingering.takeUntil(now()), this::remove);
            watch();
        });
    }

    /** Hears what another node has tracked: whoever lingers here under that key has come back there. Under the lock of the registry; whoever calls has it told then. */
    void trackedElsewhere(Registry.Changes changes, Entry entry) {
        Found back = lingering.isEmpty() ? null : lingering.find(new Place(entry.topic, entry.key), entry.meta);
        if (back != null) {
            remove(changes, back.take());
        }
    }

    void stop() {
        registry.locked(() -> stopped = true);
        tracking.changeEach(lingering.takeAll(), this::remove);
    }

    private TrackResult told(TrackResult result) {
        if (result.refusal().filter(Refusal.NODE_FULL::equals).isPresent()) {
            endpoint.backstage()
                    .clientLog()
                    .line(
                            log,
                            Level.WARN,
                            "{}: somebody is refused, since what this node has tracked takes {} bytes (expected: with the new one at most {},"
                                    + " see maxBytes)",
                            options.name(),
                            quota.bytes(),
                            options.maxBytes());
        }
        return result;
    }

    private @Nullable Room room(Place place) {
        return registry.room(place.topic());
    }

    private long now() {
        return endpoint.timers().nanoTime();
    }

    // For any thread, without waiting.

    Quota quota() {
        return quota;
    }

    int lingeringCount() {
        return lingering.count();
    }

    /** How many channels have tracked something. */
    int channelCount() {
        return bySocket.size();
    }

    /** What it holds and has refused. */
    PresenceStats.Own stats(int tracked) {
        return new PresenceStats.Own(tracked, quota.bytes(), lingering.count(), bySocket.size(), quota.refusals());
    }
}
