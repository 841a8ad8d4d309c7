package dev.simurgh.transport.http;

import dev.simurgh.transport.loop.IdleWheel;
import dev.simurgh.transport.loop.TimedLoop;
import dev.simurgh.transport.loop.WheelEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A request to a server that is not ours: what is the same whatever that is. It is answered once, in time or with what its route has for that, and what
 * waits for it hears when its client has gone. Who extends this reads the request and writes the answer.
 *
 * @param <E> the class that extends this
 */
public abstract class HostedExchange<E extends HostedExchange<E>> extends WheelEntry implements Exchange {
    private static final Logger log = LoggerFactory.getLogger(HostedExchange.class);

    private static final byte[] NONE = {};
    private static final HostedBodies.Body NO_BODY = new HostedBodies(0).begin(0);
    private static final Target NOWHERE = new Target("/", "", Optional.empty());
    /** How long a client may take to take its answer. */
    private static final int ANSWER_TICKS = IdleWheel.ticks(Duration.ofMinutes(1));
    /** RFC 9110, section 5.6.7. */
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final TimedLoop loop;
    private final HostedTerms terms;
    private Target target;
    private byte[] body = NONE;
    private HostedBodies.Body room = NO_BODY;
    private Route<? super E> route = exchange -> {};
    private Runnable over = () -> {};
    private @Nullable Supplier<Answer> late;
    private @Nullable Consumer<HeaderSetter> completing;
    private Consumer<Boolean> whenSettled = sent -> {};
    private boolean begun;
    private boolean answered;
    private boolean settled;
    private boolean watched;
    private int deadline;
    private volatile boolean gone;

    /** Makes one, on any thread. */
    protected HostedExchange(TimedLoop loop, HostedTerms terms, Target target) {
        this.loop = loop;
        this.terms = terms;
        this.target = target;
    }

    /** Returns this exchange. */
    protected abstract E self();

    /**
     * Writes an answer, whole. On the event loop, once at most.
     *
     * @param whenSettled has to hear, once and on any thread, whether all of it has gone out
     */
    protected abstract void write(Answer answer, Consumer<Boolean> whenSettled);

    /** Ends the connection, with whatever is on its way. On the event loop; harmless when repeated. */
    protected abstract void abort();

    /** Lets go of what the request said. On the event loop; default nothing. */
    protected void forgetRequest() {}

    /** Answers the request, which has no body that anybody wants. From any thread, once. Returns false if the event loop has ended, and there is nobody to answer. */
    public final boolean serve(Route<? super E> by) {
        return serve(by, NO_BODY);
    }

    /** As above, for a request with a body, which is all there. Its room is given back when there is an answer. */
    public final boolean serve(Route<? super E> by, HostedBodies.Body whole) {
        terms.openRequests().begun();
        if (onLoop(() -> serveOnLoop(by, whole))) {
            return true;
        }
        terms.openRequests().ended();
        whole.end();
        return false;
    }

    private void serveOnLoop(Route<? super E> by, HostedBodies.Body whole) {
        begun = true;
        route = by;
        room = whole;
        body = whole.toBytes();
        if (gone) {
            answered = true;
            over();
            settled(false);
            return;
        }
        try {
            by.serve(self());
        } catch (Throwable thrown) { // code of the application's, such as an origin policy, or no room for a thread
            terms.clientLog().failure(log, thrown, "{} failed", path());
            respond(by.failure(500));
        }
    }

    /** Hears that the client has gone, with an answer that may not have gone out. From any thread; harmless when repeated, and once the answer has. */
    public final void gone() {
        gone = true;
        onLoop(() -> {
            if (begun && !answered) {
                answered = true;
                over();
            }
            if (begun) {
                settled(false);
            }
        });
    }

    /** Takes the answer, if it is the first one: for what is no answer of HTTP any more. On the event loop. */
    protected final boolean takeOver() {
        if (gone || !mayAnswer()) {
            return false;
        }
        over();
        settled(true);
        return true;
    }

    private void over() {
        body = NONE;
        room.end();
        over.run();
    }

    private void settled(boolean sent) {
        if (!settled) {
            settled = true;
            if (watched) {
                loop.unwatch(this);
            }
            terms.openRequests().ended();
            whenSettled.accept(sent);
        }
    }

    @Override
    public final Target target() {
        return target;
    }

    @Override
    public final byte[] body() {
        return body;
    }

    @Override
    public final TimedLoop loop() {
        return loop;
    }

    @Override
    public final boolean draining() {
        return terms.draining().getAsBoolean();
    }

    @Override
    public final boolean isThere() {
        return !gone;
    }

    @Override
    public final boolean isWaiting() {
        return !answered && !gone;
    }

    @Override
    public final void waitForAnswer(Runnable whenOver) {
        waitForAnswer(terms.answerTicks(), whenOver);
    }

    @Override
    public final void waitForAnswer(int ticks, Runnable whenOver) {
        if (answered) {
            whenOver.run(); // its client has gone before it came to that
            return;
        }
        over = whenOver;
        watch(ticks);
    }

    @Override
    public final void park(int ticks, Consumer<HeaderSetter> complete, Runnable whenOver) {
        completing = complete;
        target = NOWHERE;
        forgetRequest();
        waitForAnswer(ticks, whenOver);
    }

    @Override
    public final void ifLate(Supplier<Answer> answer) {
        late = answer;
    }

    @Override
    public final void respond(Answer answer) {
        respond(answer, sent -> {});
    }

    @Override
    public final void respond(Answer answer, Consumer<Boolean> toTell) {
        boolean told = onLoop(() -> {
            if (mayAnswer()) {
                send(answer, toTell);
            } else {
                toTell.accept(false);
            }
        });
        if (!told) {
            toTell.accept(false);
        }
    }

    private boolean mayAnswer() {
        boolean first = !answered;
        answered = true;
        return first;
    }

    private void send(Answer answer, Consumer<Boolean> toTell) {
        whenSettled = toTell;
        over();
        answer.set("date", HTTP_DATE.format(Instant.now())).set("x-content-type-options", "nosniff");
        complete(answer);
        watch(ANSWER_TICKS);
        try {
            write(answer, sent -> {
                if (!onLoop(() -> settled(sent))) {
                    settled(sent);
                }
            });
        } catch (Throwable thrown) { // nobody may be left to wait for what becomes of it
            terms.clientLog().failure(log, thrown, "an answer could not be written");
            abort();
            settled(false);
        }
    }

    private void complete(Answer answer) {
        try {
            if (completing == null) {
                route.complete(self(), answer::set);
            } else {
                completing.accept(answer::set);
            }
        } catch (Throwable thrown) { // code of the application's again; whatever the answer is, it has to go out
            terms.clientLog().failure(log, thrown, "the headers of an answer of {} failed", path());
        }
    }

    @Override
    public final void settle() {
        onLoop(() -> {
            if (answered && !settled && deadline - loop.now() > SETTLE_TICKS) {
                watch(SETTLE_TICKS);
            }
        });
    }

    @Override
    public final void cutOff() {
        onLoop(() -> {
            if (answered && !settled) {
                abort();
            }
        });
    }

    /** From {@link #due} itself, too: then it is not on the wheel at the moment, and what that returns counts. */
    private void watch(int ticks) {
        deadline = loop.now() + ticks;
        if (watched) {
            loop.watchAgain(this, ticks);
        } else {
            watched = true;
            loop.watch(this, ticks);
        }
    }

    @Override
    public final int due(int now) {
        int left = deadline - now;
        if (left > 0) {
            return left;
        }
        if (answered) {
            terms.clientLog().line(log, Level.INFO, "a client does not take its answer, and is cut off");
            deadline = now + ANSWER_TICKS;
            abort();
        } else {
            respond(late == null ? route.failure(503) : late.get());
        }
        return settled ? 0 : Math.max(deadline - now, 1);
    }

    /** Runs a task on the event loop; false if that has ended. */
    private boolean onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return true;
        }
        return loop.tryExecute(task);
    }
}
