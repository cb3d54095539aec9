package io.trunkline.balancer.auth.keys;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyConverter;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A set of keys as an issuer publishes it (RFC 7517). What is no key, or none that is known here, is ignored by itself
 * (section 5): the others count.
 *
 * @param keys those that can prove signatures
 * @param ignored for each of the others its name and why, in one line; not those that are for something else
 */
record KeySet(Map<JWK, PublicKey> keys, Set<String> ignored) {
    /** Keys of a set that count; a token that names none is tried with each. */
    static final int MOST = 256;

    /** Keys of which it is said why they do not count. */
    private static final int MOST_IGNORED = 64;

    /** Characters of what is said of a key. */
    private static final int MOST_SAID = 200;

    /**
     * Reads a set.
     *
     * @throws IOException when it is no set at all
     */
    static KeySet read(byte[] document) throws IOException {
        Map<JWK, PublicKey> keys = new LinkedHashMap<>();
        Set<String> ignored = new LinkedHashSet<>();
        for (Object member : members(document)) {
            try {
                Map<String, Object> key = object(member);
                JWK named = JWK.parse(key).toPublicJWK();
                if (named == null) {
                    throw new ParseException("it is no public key", 0);
                }
                if (isForSignatures(named)) {
                    PublicKey open = open(named);
                    if (keys.size() == MOST) {
                        throw new ParseException("it is one of more than " + MOST, 0);
                    }
                    keys.put(named, open);
                }
            } catch (ParseException | RuntimeException | LinkageError e) {
                if (ignored.size() < MOST_IGNORED) {
                    ignored.add(said(member, String.valueOf(e.getMessage())));
                }
            }
        }
        return new KeySet(keys, ignored);
    }

    private static List<?> members(byte[] document) throws IOException {
        try {
            Object keys = JSONObjectUtils.parse(new String(document, StandardCharsets.UTF_8))
                    .get("keys");
            if (keys instanceof List<?> list) {
                return list;
            }
        } catch (ParseException | RuntimeException e) {
            throw new IOException("no set of keys: " + e.getMessage(), e);
        }
        throw new IOException("no set of keys: it has no list \"keys\"");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object member) throws ParseException {
        if (member instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new ParseException("it is no JSON object", 0);
    }

    /** Whether a key may prove a signature at all; one for encryption is nothing to complain about. */
    private static boolean isForSignatures(JWK named) {
        Set<KeyOperation> operations = named.getKeyOperations();
        boolean other = named.getKeyUse() != null && !KeyUse.SIGNATURE.equals(named.getKeyUse());
        return !other && (operations == null || operations.isEmpty() || operations.contains(KeyOperation.VERIFY));
    }

    private static PublicKey open(JWK named) throws ParseException {
        Algorithm algorithm = named.getAlgorithm();
        if (algorithm != null && !isOf(named.getKeyType(), JWSAlgorithm.parse(algorithm.getName()))) {
            throw new ParseException("its alg is not known for its kty", 0);
        }
        PublicKey open = named instanceof OctetKeyPair pair
                ? Ed25519Verifier.open(pair)
                : KeyConverter.toJavaKeys(List.of(named)).stream()
                        .filter(PublicKey.class::isInstance)
                        .map(PublicKey.class::cast)
                        .findFirst()
                        .orElse(null);
        if (open == null) {
            throw new ParseException("it is of a kind or a curve that is not known here", 0);
        }
        return open;
    }

    private static boolean isOf(KeyType type, JWSAlgorithm algorithm) {
        if (type.equals(KeyType.RSA)) {
            return JWSAlgorithm.Family.RSA.contains(algorithm);
        }
        return type.equals(KeyType.EC)
                ? JWSAlgorithm.Family.EC.contains(algorithm)
                : JWSAlgorithm.Family.ED.contains(algorithm);
    }

    /** One line, whatever stands in the document. */
    private static String said(Object member, @Nullable String why) {
        Object name = member instanceof Map<?, ?> map && map.get("kid") instanceof String kid ? kid : "none";
        return "kid=" + shown(String.valueOf(name)) + " detail=\"" + shown(String.valueOf(why)) + "\"";
    }

    private static String shown(String text) {
        String line = text.replaceAll("[^\\x20-\\x7E]|\"", "?");
        return line.length() <= MOST_SAID ? line : line.substring(0, MOST_SAID) + "...";
    }
}
