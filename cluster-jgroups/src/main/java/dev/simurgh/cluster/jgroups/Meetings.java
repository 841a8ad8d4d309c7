package dev.simurgh.cluster.jgroups;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.PhysicalAddress;
import org.jgroups.View;
import org.jgroups.stack.IpAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom this node looks for, and when: the contacts that it was given, for ever; those it has met and lost, less and less often; and for
 * a few seconds one that it is to connect to.
 */
final class Meetings {
    private static final Logger log = LoggerFactory.getLogger(Meetings.class);
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration CONNECTING = Duration.ofSeconds(4);
    private static final int MAX_LOST = 500;

    private final Contacts contacts;
    private final ScheduledThreadPoolExecutor timer;
    private final Map<Search.Key, Search> searches = new LinkedHashMap<>();
    private final Map<Address, Contact> present = new HashMap<>();
    private @Nullable View view;

    Meetings(Contacts contacts, List<Contact> given) {
        this.contacts = contacts;
        timer = new ScheduledThreadPoolExecutor(1, task -> new ClusterThreads().newThread(task, "meetings"));
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        given.forEach(contact -> add(Search.Reason.GIVEN, contact));
    }

    private Search add(Search.Reason reason, Contact contact) {
        Search search = new Search(new Search.Key(reason, contact));
        searches.put(search.key, search);
        return search;
    }

    /** Begins to look. */
    @SuppressWarnings("FutureReturnValueIgnored") // it ends with the timer
    void start() {
        timer.scheduleWithFixedDelay(this::look, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Looks for a node; completes when it is found, or after a few seconds. */
    CompletableFuture<Void> connect(Contact contact) {
        Search search;
        synchronized (this) {
            if (timer.isShutdown()) {
                return CompletableFuture.completedFuture(null);
            }
            search = Objects.requireNonNullElseGet(
                    searches.get(new Search.Key(Search.Reason.WANTED, contact)),
                    () -> add(Search.Reason.WANTED, contact));
            lookSoon();
        }
        return search.over;
    }

    private void lookSoon() {
        timer.execute(this::look);
    }

    private void look() {
        try {
            lookNow();
        } catch (RuntimeException e) {
            log.error("looking for nodes", e); // or it would be the last time
        }
    }

    private synchronized void lookNow() {
        View current = view;
        if (current == null) {
            return;
        }
        long now = System.nanoTime();
        for (Search search : List.copyOf(searches.values())) {
            boolean found = isFound(search, current);
            if (found || search.isTooOld(now, CONNECTING)) {
                end(search);
            } else if (search.begins(now)) {
                contacts.later(() -> ask(search));
            }
        }
    }

    private void end(Search search) {
        if (search.key.reason() != Search.Reason.GIVEN) {
            searches.remove(search.key);
        }
        search.over.complete(null);
    }

    /** May block, on DNS. */
    private void ask(Search search) {
        try {
            search.addresses = search.key.contact().resolve();
            List<PhysicalAddress> missing;
            synchronized (this) {
                View current = Objects.requireNonNull(view);
                missing = isFound(search, current) ? List.of() : missing(search, current);
            }
            contacts.meet(search.key.contact(), missing);
        } finally {
            search.asks = false;
        }
    }

    private List<PhysicalAddress> missing(Search search, View current) {
        List<PhysicalAddress> missing = new ArrayList<>(search.addresses);
        for (Address member : current) {
            missing.remove(contacts.physicalAddress(member));
        }
        return missing;
    }

    /** Whether someone of the view is there, or everyone, if the contact means that. */
    private boolean isFound(Search search, View current) {
        Contact contact = search.key.contact();
        if (contact.everyone()) {
            return !search.addresses.isEmpty() && missing(search, current).isEmpty();
        }
        for (Address member : current) {
            PhysicalAddress address = contacts.physicalAddress(member);
            if (address != null && search.addresses.contains(address) && contact.means(Contacts.name(member))) {
                return true;
            }
        }
        return false;
    }

    /** Takes a view: looks for those who are no longer in it. */
    synchronized void view(View current) {
        for (Map.Entry<Address, Contact> member : List.copyOf(present.entrySet())) {
            if (!current.containsMember(member.getKey())) {
                present.remove(member.getKey());
                if (searches.size() < MAX_LOST) {
                    add(Search.Reason.LOST, member.getValue());
                }
            }
        }
        for (Address member : current) {
            if (!present.containsKey(member) && contacts.physicalAddress(member) instanceof IpAddress address) {
                present.put(member, Contact.ofMet(Contacts.name(member), address));
            }
        }
        view = current;
        if (!timer.isShutdown()) {
            lookSoon();
        }
    }

    /** Ends, and has nobody meet this node any more. */
    synchronized void close() {
        contacts.leave();
        timer.shutdownNow();
        searches.values().forEach(search -> search.over.complete(null));
    }
}
