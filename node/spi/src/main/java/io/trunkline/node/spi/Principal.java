package io.trunkline.node.spi;

/**
 * On whose behalf a client asks, as the balancer has made sure of it: the subject of an access token, the owner of a
 * client certificate, or whom the balancer's settings name for a token.
 *
 * @param id tells principals apart: the same name of another issuer, or shown in another way, is another principal; 22
 *     characters that give nothing away, empty for {@link #NOBODY}
 * @param issuer of the token; empty when the balancer's settings vouch for the name, or it is too long to be told
 * @param name for example the {@code sub} of a token; empty when it, or the issuer, has more than 255 bytes
 */
public record Principal(String id, String issuer, String name) {

    /** The principal when authentication is off. */
    public static final Principal NOBODY = new Principal("", "", "");

    /** Whether authentication is off. */
    public boolean isNobody() {
        return id.isEmpty();
    }
}
