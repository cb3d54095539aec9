package io.trunkline.node.mcp.catalog;

import io.trunkline.protocol.jsonrpc.ProtocolVersion;

/** Something that clients find in a list. */
interface Listed {

    /** What the list is sorted by. */
    String key();

    /** What it is found by; unique in its list. */
    default String lookup() {
        return key();
    }

    /** Its JSON in the list, with the fields that the version knows. Not to be changed. */
    byte[] entry(ProtocolVersion version);
}
