package dev.simurgh.transport.poll;

/** The desk of a session of this server. */
record LocalDesk(LongPollSession session) implements Desk {
    @Override
    public void poll(Asker asker) {
        onLoop(() -> session.poll(asker));
    }

    @Override
    public void cancel(Asker asker) {
        onLoop(() -> session.cancel(asker));
    }

    @Override
    public void settled(Asker asker, boolean written) {
        onLoop(() -> session.settled(asker, written));
    }

    @Override
    public void post(Post post) {
        onLoop(() -> session.post(post));
    }

    @Override
    public void withdraw(Post post) {
        onLoop(() -> session.withdraw(post));
    }

    /** Does something on the session's event loop; at once, if this is it. */
    private void onLoop(Runnable task) {
        if (session.eventLoop().inEventLoop()) {
            task.run();
        } else {
            session.eventLoop().tryExecute(task); // if the loop has ended, the server has, and nobody waits
        }
    }
}
