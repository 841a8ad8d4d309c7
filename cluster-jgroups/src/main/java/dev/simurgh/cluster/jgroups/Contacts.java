package dev.simurgh.cluster.jgroups;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.View;
import org.jgroups.ViewId;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.Discovery;
import org.jgroups.protocols.PingData;
import org.jgroups.protocols.PingHeader;
import org.jgroups.util.Bits;
import org.jgroups.util.ByteArray;
import org.jgroups.util.NameCache;
import org.jgroups.util.Responses;
import org.jspecify.annotations.Nullable;

/**
 * Finds other nodes for JGroups, at those contacts that it was given and nowhere else.
 *
 * <p>Instead of JGroups' own discovery protocols, since those cannot be given a contact at run time that is not the coordinator of its
 * cluster, and take seconds to bring two clusters together: each has to hear of the other's views from all sides first. Here a node that
 * meets another one tells it its whole view, with where each member is, gets the same back, and both tell their coordinators, of which
 * JGroups lets one start the merge. What this does not see, such as views that overlap after a node was thought dead, is left to
 * JGroups' MERGE3, which asks the members of its own view through this.
 */
final class Contacts extends Discovery {
    private static final byte FIND = 11;
    private static final byte ASK = 12;
    private static final byte ANSWER = 13;
    private static final byte TELL = 14;
    private static final byte REDIRECT = 15;

    static {
        ClassConfigurator.addProtocol((short) 1701, Contacts.class);
    }

    private static final long MERGE_NANOS = 2_000_000_000L;

    private final Map<List<ViewId>, Long> merging = new HashMap<>();
    private final String nodeName;
    private final Supplier<List<Contact>> starting;
    private volatile boolean leaving;
    private volatile @Nullable Arrival arrival;

    Contacts(String nodeName, Supplier<List<Contact>> starting) {
        this.nodeName = nodeName;
        this.starting = starting;
    }

    @Override
    public boolean isDynamic() {
        return false; // the coordinator tells a new member where the others are
    }

    /** By itself, JGroups makes room for as many members as the message says. */
    @Override
    protected @Nullable List<PingData> readPingData(byte @Nullable [] array, int offset, int length) {
        boolean fits = array != null && length >= Integer.BYTES && Bits.readInt(array, offset) <= length;
        return fits ? super.readPingData(array, offset, length) : null;
    }

    // Asked by JGroups.

    @Override
    public Responses findMembers(
            @Nullable List<Address> wanted, boolean initial, boolean separately, long timeoutMillis) {
        return initial ? arrive() : super.findMembers(wanted, false, separately, timeoutMillis);
    }

    @Override
    protected void findMembers(@Nullable List<Address> wanted, boolean initial, Responses responses) {
        askMembers(wanted);
    }

    /** Blocks until it is clear whom this node joins, and answers with that one; with nobody, if it is to start alone. */
    private Responses arrive() {
        Responses answer = new Responses(true);
        if (starting.get().isEmpty()) {
            return answer.done();
        }
        Arrival started = beginToArrive(System.nanoTime());
        try {
            while (!arrives(started, System.nanoTime())) {
                started.await();
            }
            started.coordinator().ifPresent(coordinator -> answer.addResponse(coordinator, true));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            arrival = null;
        }
        return answer.done();
    }

    Arrival beginToArrive(long now) {
        Arrival started = new Arrival(local_addr, now);
        arrival = started;
        return started;
    }

    /** Asks, if it is time to; tells whether it is clear whom this node joins. */
    boolean arrives(Arrival started, long now) {
        if (started.isOver(now)) {
            return true;
        }
        if (started.asks(now)) {
            for (Contact contact : starting.get()) {
                later(() -> find(contact.name(), contact.resolve()));
            }
            find("", started.addresses());
        }
        return false;
    }

    private void find(String name, List<PhysicalAddress> addresses) {
        introduce(FIND, addresses, new Introduction(name, null, List.of(self())));
    }

    private void askMembers(@Nullable List<Address> wanted) {
        View current = view;
        if (current == null) {
            return;
        }
        PingData self = self();
        if (wanted != null) {
            self.mbrs(wanted);
        }
        for (Address member : current) {
            PhysicalAddress address = member.equals(local_addr) ? null : physicalAddress(member);
            if (address != null) {
                PingHeader header = new PingHeader(PingHeader.GET_MBRS_REQ).clusterName(cluster_name);
                send(address, header, marshal(self));
            }
        }
    }

    // Asked by the carrier.

    /** Asks at addresses, which brings about that the clusters merge, if someone is there. */
    void meet(Contact contact, List<PhysicalAddress> addresses) {
        View current = view;
        if (current != null && !leaving) {
            introduce(ASK, addresses, new Introduction(contact.name(), current, members(current)));
        }
    }

    @Nullable
    PhysicalAddress physicalAddress(Address member) {
        return (PhysicalAddress) down(new Event(Event.GET_PHYSICAL_ADDRESS, member));
    }

    static String name(Address member) {
        return Objects.requireNonNullElse(NameCache.get(member), "");
    }

    void later(Runnable task) {
        timer.execute(task, true);
    }

    /** Meets nobody any more. */
    void leave() {
        leaving = true;
    }

    // What is said.

    private void introduce(byte kind, List<PhysicalAddress> addresses, Introduction introduction) {
        PhysicalAddress own = physicalAddress(local_addr);
        var body = introduction.toBytes();
        for (PhysicalAddress address : addresses) {
            if (!address.equals(own)) {
                send(address, new PingHeader(kind), body);
            }
        }
    }

    private void send(Address to, PingHeader header, ByteArray body) {
        Message message = new BytesMessage(to)
                .setFlag(Message.Flag.OOB, Message.Flag.DONT_BUNDLE)
                .setFlag(Message.TransientFlag.DONT_LOOPBACK, Message.TransientFlag.DONT_BLOCK)
                .putHeader(id, header)
                .setArray(body);
        try {
            down_prot.down(message);
        } catch (RuntimeException e) {
            log.debug("%s: nobody at %s: %s", local_addr, to, e.getMessage());
        }
    }

    private PingData self() {
        return data(local_addr);
    }

    private PingData data(Address member) {
        View current = view;
        return new PingData(member, is_server, name(member), physicalAddress(member))
                .coord(current != null && member.equals(current.getCoord()));
    }

    private List<PingData> members(View current) {
        List<PingData> members = new ArrayList<>();
        for (Address member : current) {
            members.add(data(member));
        }
        return members;
    }

    // What is heard.

    @Override
    protected @Nullable Object handle(PingHeader header, Message message) {
        if (header.type() < FIND) {
            return super.handle(header, message);
        }
        if (leaving) {
            return null; // to merge with a node that leaves would hold up those that stay
        }
        Introduction introduction;
        try {
            introduction = Introduction.of(message.getArray(), message.getOffset(), message.getLength());
        } catch (IOException | ClassNotFoundException | RuntimeException e) {
            log.warn("%s: a discovery message of %s makes no sense: %s", local_addr, message.getSrc(), e.getMessage());
            return null;
        }
        if (introduction.isFor(nodeName)) {
            introduction.members().forEach(this::remember);
            handle(header.type(), introduction, message.getSrc());
        }
        return null;
    }

    private void remember(PingData data) {
        addDiscoveryResponseToCaches(data.getAddress(), data.getLogicalName(), data.getPhysicalAddr());
    }

    private void handle(byte kind, Introduction introduction, Address from) {
        View current = view;
        switch (kind) {
            case FIND -> introduction.members().forEach(member -> answer(member, from, current));
            case REDIRECT -> {
                if (current == null) {
                    find("", addresses(introduction.members()));
                }
            }
            case ASK, ANSWER -> {
                View other = introduction.view();
                if (other == null) {
                    return;
                }
                if (current == null) {
                    // it is joined instead of met
                    List<PingData> members = new ArrayList<>(introduction.members());
                    members.removeIf(member -> !member.getAddress().equals(other.getCoord()));
                    find("", addresses(members));
                    return;
                }
                if (kind == ASK) {
                    var answer = new Introduction("", current, members(current)).toBytes();
                    send(from, new PingHeader(ANSWER), answer);
                }
                spread(current, introduction, from);
                met(current, other, from);
            }
            case TELL -> {
                View other = introduction.view();
                if (current != null && other != null) {
                    Address met = introduction.members().get(0).getAddress();
                    boolean apart = met.equals(from) && !other.containsMember(local_addr);
                    if (apart) {
                        merge(current, other, from);
                    } else {
                        met(current, other, met);
                    }
                }
            }
            default -> log.warn("%s: discovery message of unknown kind %d from %s", local_addr, kind, from);
        }
    }

    /**
     * Tells a node that wants to join where all are. Only the coordinator does: another one sends it there. The others are told where the
     * new one is, so that they have heard it before they have the view with it.
     */
    private void answer(PingData joiner, Address from, @Nullable View current) {
        if (current == null) {
            heard(joiner);
            send(from, new PingHeader(PingHeader.GET_MBRS_RSP), marshal(self()));
        } else if (local_addr.equals(current.getCoord())) {
            tell(current.getMembers(), new Introduction("", null, List.of(joiner)));
            send(from, new PingHeader(PingHeader.GET_MBRS_RSP), marshal(members(current)));
        } else {
            PingData coordinator = data(current.getCoord());
            if (coordinator.getPhysicalAddr() != null) {
                var redirection = new Introduction("", null, List.of(coordinator)).toBytes();
                send(from, new PingHeader(REDIRECT), redirection);
            }
        }
    }

    static List<PhysicalAddress> addresses(Collection<PingData> nodes) {
        return nodes.stream()
                .map(PingData::getPhysicalAddr)
                .filter(Objects::nonNull)
                .toList();
    }

    private void heard(PingData node) {
        Arrival started = arrival;
        if (started != null) {
            started.hear(node);
        }
    }

    /** Takes what a node says of itself, or a coordinator of its members: those are no answers of theirs. */
    @Override
    protected void handleDiscoveryResponse(@Nullable PingData data, Address sender) {
        super.handleDiscoveryResponse(data, sender);
        if (data != null && sender.equals(data.getAddress())) {
            heard(data);
        }
    }

    private void tell(List<Address> members, Introduction introduction) {
        var told = introduction.toBytes();
        for (Address member : members) {
            if (!member.equals(local_addr)) {
                send(member, new PingHeader(TELL), told);
            }
        }
    }

    /** Tells the others of this cluster whom this node has met: their coordinator, and where all are. */
    private void spread(View current, Introduction introduction, Address from) {
        if (!current.containsMember(from)) {
            List<PingData> members = new ArrayList<>(introduction.members());
            members.removeIf(member -> member.getAddress().equals(from));
            members.add(0, data(from));
            tell(current.getMembers(), new Introduction("", introduction.view(), members));
        }
    }

    /**
     * Has the clusters merge, if they are two.
     *
     * <p>A node that was thought dead, and has not noticed it, is still with those that have gone on without it, in its own view: JGroups
     * takes it for a cluster by itself then. The other way round, a node that was let in too late, and has started alone meanwhile, is with
     * those that let it in, in their view: it tells them, since otherwise only MERGE3 would, after seconds.
     */
    private void met(View current, View other, Address from) {
        if (current.containsMember(from) || !other.containsMember(from)) {
            return; // they are one already, or MERGE3 has to see who is with whom
        }
        if (merge(current, other, from) && other.containsMember(local_addr)) {
            tell(List.of(other.getCoord()), new Introduction("", current, members(current)));
        }
    }

    /** Whether it is new that the clusters are two, and this node the coordinator of one. JGroups lets one of the two coordinators merge them. */
    private boolean merge(View current, View other, Address from) {
        if (!local_addr.equals(current.getCoord()) || !isNew(current, other)) {
            return false;
        }
        boolean overlap = other.getMembers().stream().anyMatch(current::containsMember);
        Map<Address, View> views = new HashMap<>();
        views.put(current.getCoord(), current);
        views.put(overlap ? from : other.getCoord(), other);
        log.debug("%s: %s meets %s", local_addr, current, other);
        up_prot.up(new Event(Event.MERGE, views));
        return true;
    }

    /** Of two clusters that meet, this node hears several times; to try to merge with what has merged already takes seconds. */
    private synchronized boolean isNew(View current, View other) {
        List<ViewId> both = List.of(current.getViewId(), other.getViewId());
        long now = System.nanoTime();
        merging.values().removeIf(since -> now - since > MERGE_NANOS);
        return merging.putIfAbsent(both, now) == null;
    }
}
