package dev.simurgh.cluster.jgroups;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.PingHeader;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.stack.Protocol;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.jgroups.util.MessageBatch;
import org.jgroups.util.Util;
import org.jspecify.annotations.Nullable;

/**
 * Has others look at a member that is suspected, and suspects it until it has answered one of them or is out of the view.
 *
 * <p>A member that one node does not hear need not be dead: the connection between the two may be. Who puts members out of the view would
 * put it out for all, and those that hear it would bring it back at once, for minutes, with all links made anew each time. So while
 * VERIFY_SUSPECT2 asks the member itself, a few others are asked to ask it. If one has its answer, the suspicion is over, and from then on
 * others are asked all the time, whose answers count as the member's own heartbeats, until it is heard itself. This is the indirect probe
 * of SWIM (Das, Gupta, Motivala 2002).
 *
 * <p>While views merge, JGroups forgets whom it is told to suspect; and a member that dies just then holds up the merge until someone
 * suspects it. So it is told again and again.
 *
 * <p>Stands below VERIFY_SUSPECT2. What is said here is not sent again if it is lost.
 */
final class Suspicions extends Protocol {
    private static final int AGAIN_MILLIS = 500;
    /** How many members are asked at a time. */
    private static final int HELPERS = 3;

    // Who suspects a member asks a helper, which asks the member; and back.
    private static final byte ASK_HELPER = 21;
    private static final byte ASK_MEMBER = 22;
    private static final byte TELL_HELPER = 23;
    static final byte TELL = 24;

    static {
        ClassConfigurator.addProtocol((short) 1702, Suspicions.class);
    }

    private final Set<Address> suspects = ConcurrentHashMap.newKeySet();
    /** Who is not heard here, and lives, as others say. */
    private final Set<Address> vouched = ConcurrentHashMap.newKeySet();

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
        vouched.clear();
    }

    @Override
    public Object up(Event event) {
        if (event.getType() == Event.SUSPECT) {
            Collection<Address> members = event.getArg();
            suspects.addAll(members);
            return suspect(members);
        }
        return up_prot.up(event);
    }

    /**
     * VERIFY_SUSPECT2 hears of it before anyone is asked: an answer that it has before the suspicion withdraws nothing, and half a second
     * later a member that lives would be put out. With a cold or a busy process the answer of a helper is that quick.
     */
    private Object suspect(Collection<Address> members) {
        Object result = up_prot.up(new Event(Event.SUSPECT, members));
        askHelpers(members);
        return result;
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
        suspects.removeIf(this::isOut);
        vouched.removeIf(this::isOut);
        askHelpers(vouched);
        if (!suspects.isEmpty()) {
            suspect(List.copyOf(suspects));
        }
    }

    private boolean isOut(Address member) {
        View current = view;
        return current == null || !current.containsMember(member);
    }

    private void askHelpers(Collection<Address> members) {
        View current = view;
        if (current == null || members.isEmpty()) {
            return;
        }
        List<Address> helpers = new ArrayList<>(current.getMembers());
        helpers.remove(local_addr);
        helpers.removeAll(suspects);
        helpers.removeAll(vouched);
        Collections.shuffle(helpers, ThreadLocalRandom.current());
        for (Address helper : helpers.subList(0, Math.min(HELPERS, helpers.size()))) {
            members.forEach(member -> send(ASK_HELPER, helper, member));
        }
    }

    private void send(byte kind, Address to, Address about) {
        ByteArrayDataOutputStream out = new ByteArrayDataOutputStream(32);
        try {
            Util.writeAddress(about, out);
        } catch (IOException e) {
            throw new AssertionError(e); // it is in memory
        }
        down_prot.down(new BytesMessage(to)
                .setFlag(Message.Flag.OOB, Message.Flag.DONT_BUNDLE)
                .setFlag(Message.TransientFlag.DONT_LOOPBACK, Message.TransientFlag.DONT_BLOCK)
                .putHeader(id, new PingHeader(kind))
                .setArray(out.getBuffer()));
    }

    @Override
    public @Nullable Object up(Message message) {
        hearItself(message.getSrc());
        PingHeader header = message.getHeader(id);
        if (header == null) {
            return up_prot.up(message);
        }
        try {
            Address about = IncomingMessages.readAddress(
                    new ByteArrayDataInputStream(message.getArray(), message.getOffset(), message.getLength()));
            if (about != null) {
                heard(header.type(), message.getSrc(), about);
            }
        } catch (IOException | RuntimeException e) {
            log.warn("%s: a message about a suspect of %s makes no sense: %s", local_addr, message.getSrc(), e);
        }
        return null;
    }

    @Override
    public void up(MessageBatch batch) {
        hearItself(batch.sender());
        for (Iterator<Message> messages = batch.iterator(); messages.hasNext(); ) {
            Message message = messages.next();
            if (message.getHeader(id) != null) {
                messages.remove();
                up(message);
            }
        }
        if (!batch.isEmpty()) {
            up_prot.up(batch);
        }
    }

    private void heard(byte kind, Address from, Address about) {
        switch (kind) {
            case ASK_HELPER -> send(ASK_MEMBER, about, from);
            case ASK_MEMBER -> send(TELL_HELPER, from, about);
            case TELL_HELPER -> send(TELL, about, from);
            case TELL -> vouch(about, from);
            default -> log.warn("%s: message of unknown kind %d from %s", local_addr, kind, from);
        }
    }

    private void vouch(Address member, Address helper) {
        if (suspects.contains(member)) {
            log.debug("%s: %s lives, says %s", local_addr, member, helper);
            vouched.add(member);
            suspects.remove(member);
        }
        if (vouched.contains(member)) {
            // Each time: another thread may be about to suspect it again.
            VERIFY_SUSPECT2 asking = stack.findProtocol(VERIFY_SUSPECT2.class);
            asking.unsuspect(member);
            down_prot.down(new Event(Event.UNSUSPECT, member)); // to FD_ALL3, as a heartbeat
        }
    }

    private void hearItself(Address member) {
        if (!vouched.isEmpty()) {
            vouched.remove(member);
        }
    }
}
