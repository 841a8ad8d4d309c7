package dev.simurgh.testkit;

/** A client of vsn 2 on a connection of its own. Its refs are counted, together with those of all other clients of the test. */
public interface Peer {
    /** Joins a topic with a payload in JSON; returns the ref, which is the join_ref. */
    String join(String topic, String payload);

    /** Pushes to a topic that it has joined; returns the ref. */
    String push(String topic, String event, String payload);

    /** Pushes binary data to a topic that it has joined; returns the ref. */
    String push(String topic, String event, byte[] data);

    /** Sends a text message, whatever stands in it. */
    void text(byte[] utf8);

    /** Sends a binary message, whatever stands in it. */
    void binary(byte[] frame);

    /** What comes next: a text frame as it is, a binary one in hex, the end as {@code closed} with code and reason. Waits for it. */
    String next();

    /** Breaks the connection off. */
    void hangUp();
}
