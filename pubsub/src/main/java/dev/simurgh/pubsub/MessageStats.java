package dev.simurgh.pubsub;

/**
 * What became of the messages between this node and others, broadcasts apart. Read one after the other, not at one moment.
 *
 * @param sent messages sent, counted once for each node that they went to
 * @param refused messages for a node that was not connected or took too little, or that its adapter threw at
 * @param received messages that came, whatever became of them
 * @param unknown those of them that had no handler here; ignored
 * @param failed those of them whose handler threw
 */
public record MessageStats(long sent, long refused, long received, long unknown, long failed) {}
