package io.trunkline.balancer.tls;

import io.trunkline.protocol.frame.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a PEM file says (RFC 7468). Whatever stands between its blocks is passed over.
 *
 * @param setting the setting that names it
 */
record PemFile(String setting, String file, String text) {
    /** Bytes of a file. The longest chains take some tens of KiB. */
    private static final int MOST_BYTES = 1024 * 1024;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----([A-Za-z0-9+/=\\s]*+)-----END \\1-----");

    /** A block: its label and what it encodes. */
    record Block(String label, Bytes bytes) {}

    /** Reads a file; blocks. */
    static PemFile read(String setting, String file) throws CredentialsException {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new CredentialsException(setting + ": " + file + " has more than " + MOST_BYTES + " bytes");
            }
            return new PemFile(setting, file, new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            throw new CredentialsException(setting + ": " + file + " is not there");
        } catch (IOException | IllegalArgumentException e) {
            throw new CredentialsException(setting + ": " + file + " cannot be read", e);
        }
    }

    /** Its blocks in order, at least one. */
    List<Block> blocks() throws CredentialsException {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            try {
                blocks.add(new Block(
                        matcher.group(1), Bytes.wrap(Base64.getMimeDecoder().decode(matcher.group(2)))));
            } catch (IllegalArgumentException e) {
                throw wrong("is no PEM file: " + e.getMessage());
            }
        }
        if (blocks.isEmpty()) {
            throw wrong("is no PEM file: there is no block from BEGIN to END in it");
        }
        return blocks;
    }

    CredentialsException wrong(String why) {
        return new CredentialsException(setting + ": " + file + " " + why);
    }

    /** Without the text, which may be a private key. */
    @Override
    public String toString() {
        return setting + ": " + file;
    }
}
