package io.trunkline.node.mcp;

/**
 * What a client says about itself, cut to a bounded length; empty parts were not given.
 *
 * @param name for programs
 * @param title for people
 * @param version of the client, not of the protocol
 */
public record ClientInfo(String name, String title, String version) {

    /** A client that has not said anything. */
    public static final ClientInfo UNKNOWN = new ClientInfo("", "", "");
}
