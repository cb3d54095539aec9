package io.trunkline.protocol.control;

/** What the desk of a node, the system actor {@link DescribeNode#DESK}, may be told by other members. */
public sealed interface DeskCommand extends ControlMessage
        permits DescribeNode, NodeDrains, ChangesAnnounced, CallLost, TaskRepeated {}
