package io.trunkline.node.mcp;

import io.trunkline.protocol.jsonrpc.ProtocolVersion;

/** Something that clients find in a list. */
interface Listed {

    /** What the list is sorted by; unique in it. */
    String key();

    /** Its JSON in the list, with the fields that the version knows. Not to be changed. */
    byte[] entry(ProtocolVersion version);
}
