package dev.simurgh.channel;

/**
 * How a drain went.
 *
 * @param connections how many connections there were at its start
 * @param batches in how many batches they were sent away
 * @param complete whether all had gone before the time limit
 */
public record DrainReport(int connections, int batches, boolean complete) {}
