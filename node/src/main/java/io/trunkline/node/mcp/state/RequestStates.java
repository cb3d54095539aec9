package io.trunkline.node.mcp.state;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.wire.CallParams;
import io.trunkline.node.mcp.wire.RpcFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The {@code requestState} of a request that is asked in several rounds (MCP 2026-07-28, basic/patterns/mrtr): what the
 * client has answered so far, sealed so that only a node of this cluster can make or read it, for this request of this
 * principal, and for a limited time. AES-256 in GCM (NIST SP 800-38D) with a random nonce. Ids of tasks are sealed in
 * the same way ({@code TaskHandles}). Thread-safe.
 */
public final class RequestStates {

    /** Characters of a state that is looked at. */
    public static final int MAX_LENGTH = 256 << 10;

    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ObjectMapper mapper;
    private final SecretKeySpec key;
    private final Duration life;
    private final InstantSource clock;

    /**
     * @param key 32 bytes, the same on all nodes
     * @param life how long a state is good
     */
    public RequestStates(ObjectMapper mapper, byte[] key, Duration life, InstantSource clock) {
        this.mapper = mapper;
        this.key = new SecretKeySpec(key, "AES");
        this.life = life;
        this.clock = clock;
    }

    /** A key for a server that stands alone. */
    public static byte[] randomKey() {
        byte[] key = new byte[32];
        RANDOM.nextBytes(key);
        return key;
    }

    /**
     * Seals what is known.
     *
     * @param request what {@link #digest} makes of the request
     */
    public String seal(JsonNode content, byte[] request) {
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        ObjectNode state = mapper.createObjectNode();
        state.put("until", clock.instant().plus(life).getEpochSecond());
        state.set("content", content);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, request).doFinal(mapper.writeValueAsBytes(state));
            byte[] all = ByteBuffer.allocate(NONCE + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
            return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
        } catch (GeneralSecurityException | JsonProcessingException e) {
            throw new IllegalStateException("a state cannot be sealed", e);
        }
    }

    /**
     * What was sealed.
     *
     * @param heapBytes about what the content takes
     */
    public record Opened(JsonNode content, long heapBytes) {}

    /** Opens a state; refuses one that is none of this request, or too old. */
    public Opened open(String state, byte[] request) throws RpcFault {
        try {
            byte[] all = state.length() > MAX_LENGTH
                    ? new byte[0]
                    : Base64.getUrlDecoder().decode(state);
            if (all.length > NONCE) {
                byte[] nonce = Arrays.copyOf(all, NONCE);
                byte[] opened = cipher(Cipher.DECRYPT_MODE, nonce, request).doFinal(all, NONCE, all.length - NONCE);
                Opened read = read(opened);
                if (read.content.path("until").asLong() >= clock.instant().getEpochSecond()) {
                    return new Opened(read.content.path("content"), read.heapBytes);
                }
                throw RpcFault.invalidParams("\"requestState\" has expired: send the request again without it");
            }
        } catch (GeneralSecurityException | IllegalArgumentException | IOException e) {
            // Made with another key, for another request, or not at all.
        }
        throw RpcFault.invalidParams("\"requestState\" does not belong to this request");
    }

    private Opened read(byte[] opened) throws IOException {
        try (JsonParser parser = mapper.createParser(opened)) {
            JsonNode content = mapper.readTree(parser);
            return new Opened(content, CallParams.treeBytes(opened.length, parser));
        }
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] request) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(request);
        return cipher;
    }

    /** What tells a request from others: who asks, the method, and what it asks for, however it is written. */
    public byte[] digest(String principal, String method, String target, JsonNode arguments) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ObjectNode all = mapper.createObjectNode();
            all.put("principal", principal).put("method", method).put("target", target);
            all.set("arguments", sorted(arguments));
            return digest.digest(mapper.writeValueAsBytes(all));
        } catch (GeneralSecurityException | JsonProcessingException e) {
            throw new IllegalStateException("a request cannot be told from others", e);
        }
    }

    private JsonNode sorted(JsonNode value) {
        if (value.isObject()) {
            TreeMap<String, JsonNode> members = new TreeMap<>();
            value.properties().forEach(member -> members.put(member.getKey(), sorted(member.getValue())));
            return mapper.createObjectNode().setAll(members);
        }
        if (value.isArray()) {
            var items = mapper.createArrayNode();
            value.forEach(item -> items.add(sorted(item)));
            return items;
        }
        return value;
    }
}
