package dev.simurgh.cluster.jgroups;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.stack.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * Suspects a member again and again, until it has answered or is out of the view. While views merge, JGroups forgets whom it is told to
 * suspect; and a member that dies just then holds up the merge until someone suspects it.
 *
 * <p>Stands below VERIFY_SUSPECT2, which asks the member each time.
 */
final class Suspicions extends Protocol {
    private static final int AGAIN_MILLIS = 500;

    static {
        ClassConfigurator.addProtocol((short) 1702, Suspicions.class);
    }

    private final Set<Address> suspects = ConcurrentHashMap.newKeySet();
    private volatile @Nullable View view;
    private volatile @Nullable Future<?> repeating;

    @Override
    public void start() {
        repeating = getTransport()
                .getTimer()
                .scheduleWithFixedDelay(this::suspectAgain, AGAIN_MILLIS, AGAIN_MILLIS, TimeUnit.MILLISECONDS, false);
    }

    @Override
    public void stop() {
        Future<?> started = repeating;
        if (started != null) {
            started.cancel(false);
        }
        suspects.clear();
    }

    @Override
    public Object up(Event event) {
        if (event.getType() == Event.SUSPECT) {
            Collection<Address> members = event.getArg();
            suspects.addAll(members);
        }
        return up_prot.up(event);
    }

    @Override
    public Object down(Event event) {
        if (event.getType() == Event.VIEW_CHANGE) {
            view = event.getArg();
        } else if (event.getType() == Event.UNSUSPECT) {
            Address member = event.getArg();
            suspects.remove(member);
        }
        return down_prot.down(event);
    }

    private void suspectAgain() {
        View current = view;
        suspects.removeIf(member -> current == null || !current.containsMember(member));
        if (!suspects.isEmpty()) {
            up_prot.up(new Event(Event.SUSPECT, List.copyOf(suspects)));
        }
    }
}
