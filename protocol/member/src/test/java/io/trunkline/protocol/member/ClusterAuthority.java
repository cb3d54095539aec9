package io.trunkline.protocol.member;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Issues the certificates of one cluster, for tests. */
final class ClusterAuthority {
    private final Path directory;
    private final String name;
    private final X509Bundle root;

    ClusterAuthority(Path directory, String name) {
        this.directory = directory;
        this.name = name;
        try {
            this.root = new CertificateBuilder()
                    .subject("CN=" + name)
                    .setIsCertificateAuthority(true)
                    .algorithm(CertificateBuilder.Algorithm.rsa2048)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A certificate that any member of the cluster may have. */
    X509Bundle issue() {
        try {
            return new CertificateBuilder()
                    .subject("CN=trunkline")
                    .algorithm(CertificateBuilder.Algorithm.rsa2048)
                    .buildIssuedBy(root);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The settings of a new member. */
    Map<String, String> settings(String member) {
        X509Bundle leaf = issue();
        return Map.of(
                "trunkline.member.tls.certificate",
                write(member + ".crt", leaf.getCertificatePEM()),
                "trunkline.member.tls.key",
                write(member + ".key", leaf.getPrivateKeyPEM()),
                "trunkline.member.tls.authority",
                write("authority.crt", root.getCertificatePEM()));
    }

    X509Bundle root() {
        return root;
    }

    private String write(String file, String text) {
        try {
            return Files.writeString(directory.resolve(name + "-" + file), text).toString();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
