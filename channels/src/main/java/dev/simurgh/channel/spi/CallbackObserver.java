package dev.simurgh.channel.spi;

import java.util.Optional;

/**
 * Stands around the callbacks of an application, for traces: hears of each right before it and right behind it, on the thread that runs it. It is given to
 * an endpoint by a {@link Part}; without one there is nothing of it on the way of a message but a look whether there is.
 *
 * <p>A trace goes on by its {@code traceparent}, a text of <a href="https://www.w3.org/TR/trace-context/#traceparent-header">W3C Trace Context</a>,
 * which is well-formed wherever an observer is given one. Clients send it when they connect, or in a message; a broadcast, and what a channel sends itself,
 * have it from {@link #broadcasting} and {@link #sending}.
 *
 * <p>Every method is called on any thread, event loops among them, and for each message: it must be quick and not block. What it throws is logged, and hurts nobody.
 */
public interface CallbackObserver {
    /** Which callback. */
    enum Callback {
        /** Whether a client may connect. */
        CONNECT,
        /** Whether it may join, with what the server itself does for that. */
        JOIN,
        /** Behind a join that has let the client in. */
        AFTER_JOIN,
        /** A message of the client; {@code handleAny}, too. */
        HANDLE_IN,
        /** A broadcast that is intercepted. */
        HANDLE_OUT,
        /** A message that the channel was sent, a timer, or a broadcast that it has subscribed to. */
        HANDLE_INFO,
        /** The end of a channel. */
        TERMINATE
    }

    /** What has come of a callback. */
    enum Outcome {
        /** It has done its work. */
        OK,
        /** It has said no, by a refusal or a reply of {@code error}; or was not called, since what it was to get could not be decoded. */
        REFUSED,
        /** It has thrown. */
        CRASHED
    }

    /**
     * A callback that is about to be called.
     *
     * @param mount the path of the socket
     * @param pattern of the channel, as declared; empty for {@link Callback#CONNECT}
     * @param topic empty for {@link Callback#CONNECT}
     * @param event as declared: of {@link Callback#HANDLE_IN} and {@link Callback#HANDLE_OUT}, and empty for what {@code handleAny} takes; never one that a client has made up
     * @param traceparent where the trace comes from that is to go on here; if that is not known, then from what this thread is in the midst of, if anything
     */
    record Call(
            Callback callback,
            String mount,
            String pattern,
            String topic,
            String event,
            Optional<String> traceparent) {}

    /** A callback that is being called. Ended on the thread that began it, and before those that were begun earlier there. */
    interface Running {
        /** It has thrown. {@link #ended} follows. */
        void threw(Throwable thrown);

        /** It is over. */
        void ended(Outcome outcome);
    }

    /** A callback begins. */
    Running begin(Call call);

    /**
     * The thread that calls is about to broadcast.
     *
     * @param mount the path of the channel's socket, and {@code pattern} its pattern; both empty if it is no channel that broadcasts
     * @return the {@code traceparent} in which those go on who handle it, on all nodes; one that is not well-formed counts as none
     */
    Optional<String> broadcasting(String mount, String pattern, String topic, String event);

    /**
     * The thread that calls is about to send a channel a message, for its {@code handleInfo}. Timers are not told of: one that sets itself anew would
     * be one trace without an end.
     *
     * @return as of {@link #broadcasting}
     */
    Optional<String> sending(String mount, String pattern, String topic);
}
