package io.trunkline.balancer.tls;

import io.trunkline.protocol.frame.Bytes;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * What certificates of clients must lead to. One that cannot be read is left out, which trusts nobody more: the others
 * count.
 *
 * @param certificates at least one
 * @param ignored why others do not count
 */
record Roots(List<X509Certificate> certificates, List<String> ignored) {
    private static final String BEGIN = "-----BEGIN ";
    private static final String CERTIFICATE = BEGIN + "CERTIFICATE-----";

    /** Files with more broken ones than that are noise; it is not said of each. */
    private static final int MOST_SAID = 20;

    /** Nobody is asked for certificates. */
    static final Roots NONE = new Roots(List.of(), List.of());

    /**
     * Reads those in a file.
     *
     * @throws CredentialsException when there is none that can be used
     */
    static Roots of(PemFile file) throws CredentialsException {
        List<X509Certificate> certificates = new ArrayList<>();
        List<String> ignored = new ArrayList<>();
        int number = 0;
        String text = file.text();
        for (int begin = text.indexOf(BEGIN); begin >= 0; ) {
            int next = text.indexOf(BEGIN, begin + 1);
            String piece = text.substring(begin, next < 0 ? text.length() : next);
            if (piece.startsWith(CERTIFICATE)) {
                number++;
                try {
                    certificates.add(certificate(new PemFile(file.setting(), file.file(), piece)));
                } catch (CertificateException | CredentialsException e) {
                    ignored.add(said(file, number, e));
                }
            }
            begin = next;
        }
        if (certificates.isEmpty()) {
            throw ignored.isEmpty() ? file.wrong("has no certificate in it") : new CredentialsException(ignored.get(0));
        }
        return new Roots(List.copyOf(certificates), ignored.subList(0, Math.min(ignored.size(), MOST_SAID)));
    }

    private static X509Certificate certificate(PemFile piece) throws CredentialsException, CertificateException {
        Bytes bytes = piece.blocks().get(0).bytes();
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(bytes.array()));
    }

    private static String said(PemFile file, int number, Exception e) {
        String why = e instanceof CredentialsException ? "it is no PEM" : String.valueOf(e.getMessage());
        return String.valueOf(
                file.wrong("certificate " + number + " cannot be read: " + why).getMessage());
    }
}
