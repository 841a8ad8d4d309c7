package dev.simurgh.cluster.jgroups;

import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.View;
import org.jgroups.protocols.Discovery;
import org.jgroups.stack.IpAddress;
import org.jgroups.stack.Protocol;
import org.jgroups.util.TimeScheduler;
import org.jgroups.util.Tuple;
import org.jgroups.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that start, meet and die in virtual time. What they say to each other and conclude from it is the real {@link Contacts}; joining,
 * merging and noticing a death, which JGroups does, take here a time and a view.
 */
final class MeetingModel {
    private static final long JOIN_MILLIS = 800;
    private static final long MERGE_MILLIS = 200;
    private static final long DEATH_MILLIS = 1_000;
    private static final int FIRST_PORT = 10_000;
    private static final double LOSS = 0.1;

    private record Task(long due, long number, Runnable body) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::due).thenComparingLong(Task::number));
    private final Random random;
    private final Map<Address, Node> byName = new HashMap<>();
    private final Map<Address, Node> byPlace = new HashMap<>();
    private final List<Integer> ranks = new ArrayList<>();
    final List<Node> nodes = new ArrayList<>();
    private long now;
    private long number;

    /** Makes one in which the seed decides how long each message takes, which are lost, and whose address is lower. */
    MeetingModel(long seed) {
        random = new Random(seed);
        for (int rank = 0; rank < 16; rank++) {
            ranks.add(rank);
        }
        Collections.shuffle(ranks, random);
    }

    /** Adds a node; places are numbers from 0, and a place where no node is added is one where nobody answers. */
    Node add(int place, List<Integer> contacts, long startMillis) {
        Node node = new Node(place, contacts, startMillis);
        nodes.add(node);
        byPlace.put(node.where, node);
        byName.put(node.address, node);
        at(startMillis, node::start);
        return node;
    }

    void kill(Node node, long millis) {
        at(millis, () -> {
            node.alive = false;
            in(DEATH_MILLIS, () -> noticeDeath(node));
        });
    }

    private void noticeDeath(Node dead) {
        for (Node node : nodes) {
            View view = node.view;
            if (node.alive && view != null && view.containsMember(dead.address)) {
                List<Address> left = new ArrayList<>(view.getMembers());
                left.removeIf(member -> !node(member).alive);
                install(left, view.getViewId().getId() + 1);
            }
        }
    }

    void runUntil(long millis) {
        while (!tasks.isEmpty() && tasks.peek().due <= TimeUnit.MILLISECONDS.toNanos(millis)) {
            Task task = tasks.remove();
            now = task.due;
            task.body.run();
        }
    }

    private void at(long millis, Runnable body) {
        tasks.add(new Task(TimeUnit.MILLISECONDS.toNanos(millis), number++, body));
    }

    private void in(long millis, Runnable body) {
        tasks.add(new Task(now + TimeUnit.MILLISECONDS.toNanos(millis), number++, body));
    }

    private Node node(Address address) {
        return Objects.requireNonNull(byName.get(address));
    }

    private static IpAddress place(int place) {
        return new IpAddress(InetAddress.getLoopbackAddress(), FIRST_PORT + place);
    }

    private void install(Collection<Address> members, long id) {
        List<Address> inOrder = new ArrayList<>(members);
        View view = View.create(inOrder.get(0), id, inOrder);
        inOrder.forEach(member -> node(member).take(view));
    }

    private void join(Node joiner, Address coordinator) {
        Node to = node(coordinator);
        in(1 + random.nextInt(30), () -> {
            View view = to.view;
            if (to.alive && view != null && view.getCoord().equals(to.address) && joiner.view == null) {
                List<Address> members = new ArrayList<>(view.getMembers());
                members.add(joiner.address);
                install(members, view.getViewId().getId() + 1);
            }
        });
        in(JOIN_MILLIS, joiner::aloneUnlessJoined);
    }

    private void merge(Collection<Address> coordinators) {
        in(MERGE_MILLIS, () -> {
            TreeSet<Address> members = new TreeSet<>();
            long id = 0;
            int parts = 0;
            for (Address coordinator : coordinators) {
                Node node = node(coordinator);
                View view = node.view;
                if (node.alive && view != null && !members.contains(coordinator)) {
                    members.addAll(view.getMembers());
                    id = Math.max(id, view.getViewId().getId());
                    parts++;
                }
            }
            members.removeIf(member -> !node(member).alive);
            if (parts > 1) {
                install(members, id + 1);
            }
        });
    }

    final class Node {
        final int place;
        final List<Integer> others;
        final IpAddress where;
        final Address address;
        final long startMillis;
        boolean alive;
        long upMillis = Long.MAX_VALUE;

        @Nullable
        View view;

        private final Map<Address, PhysicalAddress> known = new HashMap<>();
        private final List<Contact> given;
        private final Contacts contacts;

        private Node(int place, List<Integer> others, long startMillis) {
            this.place = place;
            this.others = others;
            this.startMillis = startMillis;
            where = place(place);
            address = new UUID(0, ranks.get(place));
            known.put(address, where);
            given = others.stream()
                    .map(other -> new Contact("", "127.0.0.1", FIRST_PORT + other, 1, false))
                    .toList();
            contacts = new Contacts("n" + place + "@127.0.0.1", () -> given);
            contacts.setAddress(address);
            contacts.setDownProtocol(new Below(this));
            contacts.setUpProtocol(new Above());
            schedule(contacts);
        }

        private void start() {
            alive = true;
            if (given.isEmpty()) {
                alone();
            } else {
                arrive(contacts.beginToArrive(now));
            }
            look();
        }

        private void arrive(Arrival arrival) {
            if (!alive || view != null) {
                return;
            }
            if (contacts.arrives(arrival, now)) {
                arrival.coordinator().ifPresentOrElse(coordinator -> join(this, coordinator.getAddress()), this::alone);
            } else {
                in(10, () -> arrive(arrival));
            }
        }

        private void aloneUnlessJoined() {
            if (alive && view == null) {
                alone();
            }
        }

        private void alone() {
            install(List.of(address), 0);
        }

        private void take(View next) {
            if (alive
                    && (view == null
                            || next.getViewId().getId() > view.getViewId().getId())) {
                view = next;
                upMillis = Math.min(upMillis, TimeUnit.NANOSECONDS.toMillis(now));
                contacts.down(new Event(Event.VIEW_CHANGE, next));
            }
        }

        private void look() {
            View current = view;
            if (alive) {
                if (current != null) {
                    for (Contact contact : given) {
                        List<PhysicalAddress> missing = new ArrayList<>(contact.resolve());
                        current.forEach(member -> missing.remove(known.get(member)));
                        contacts.meet(contact, missing);
                    }
                }
                in(500, this::look);
            }
        }

        @Override
        public String toString() {
            return place + " (" + address + ") knows " + others + ", started at " + startMillis + ", up at " + upMillis
                    + (alive ? ", sees " + view : ", was killed");
        }
    }

    /** Runs at once what Contacts would have done soon. */
    private static void schedule(Contacts contacts) {
        Object timer = Proxy.newProxyInstance(
                TimeScheduler.class.getClassLoader(), new Class<?>[] {TimeScheduler.class}, (proxy, method, given) -> {
                    if (given != null
                            && given[0] instanceof Runnable task
                            && !task.toString().contains("Cache")) {
                        task.run();
                    }
                    return null;
                });
        try {
            var field = Discovery.class.getDeclaredField("timer");
            field.setAccessible(true);
            field.set(contacts, timer);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private final class Below extends Protocol {
        private final Node node;

        Below(Node node) {
            this.node = node;
        }

        @Override
        public @Nullable Object down(Event event) {
            switch (event.getType()) {
                case Event.GET_PHYSICAL_ADDRESS -> {
                    Address member = event.getArg();
                    return node.known.get(member);
                }
                case Event.ADD_PHYSICAL_ADDRESS -> {
                    Tuple<Address, PhysicalAddress> told = event.getArg();
                    return node.known.put(told.val1(), told.val2()) == null;
                }
                default -> {
                    return null;
                }
            }
        }

        @Override
        public @Nullable Object down(Message message) {
            Node to = byPlace.getOrDefault(message.getDest(), byName.get(message.getDest()));
            message.setSrc(node.address);
            if (node.alive && to != null && random.nextDouble() >= LOSS) {
                in(1 + random.nextInt(30), () -> {
                    if (to.alive) {
                        to.contacts.up(message);
                    }
                });
            }
            return null;
        }
    }

    private final class Above extends Protocol {
        @Override
        public @Nullable Object up(Event event) {
            if (event.getType() == Event.MERGE) {
                Map<Address, View> views = event.getArg();
                merge(views.keySet());
            }
            return null;
        }
    }
}
