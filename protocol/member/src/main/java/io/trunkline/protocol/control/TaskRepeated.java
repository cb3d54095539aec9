package io.trunkline.protocol.control;

/**
 * A node says to the desk of each other node that it runs the task of a lost node again, or does so no longer because
 * it leaves in order.
 *
 * @param task what tells the task from others
 * @param runs whether it runs from now on
 */
public record TaskRepeated(String task, boolean runs) implements DeskCommand {}
