package io.pharos.events.topic;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/// A self-made X.509 certificate for the key that signs notifications. The JDK can read certificates
/// but not make them, and what is needed of DER fits here: version 3, SHA256withRSA, no extensions.
public final class SigningCertificate {
    private static final Duration VALID = Duration.ofDays(3650);
    // Certificates are valid at once even where clocks differ.
    private static final Duration LEEWAY = Duration.ofDays(1);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int UTF8_STRING = 0x0c;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int EXPLICIT_0 = 0xa0;

    // AlgorithmIdentifier { 1.2.840.113549.1.1.11 sha256WithRSAEncryption, NULL }
    private static final byte[] SHA256_WITH_RSA =
            HexFormat.of().parseHex("300d06092a864886f70d01010b0500");
    // OBJECT IDENTIFIER 2.5.4.3 commonName
    private static final byte[] COMMON_NAME = HexFormat.of().parseHex("0603550403");

    private SigningCertificate() {}

    /// @return the certificate in DER
    public static byte[] of(KeyPair keys, String commonName, Instant now)
            throws GeneralSecurityException {
        var name =
                der(
                        SEQUENCE,
                        der(
                                SET,
                                der(
                                        SEQUENCE,
                                        COMMON_NAME,
                                        der(
                                                UTF8_STRING,
                                                commonName.getBytes(StandardCharsets.UTF_8)))));
        var toBeSigned =
                der(
                        SEQUENCE,
                        der(EXPLICIT_0, der(INTEGER, new byte[] {2})),
                        der(INTEGER, BigInteger.valueOf(now.toEpochMilli()).toByteArray()),
                        SHA256_WITH_RSA,
                        name,
                        der(SEQUENCE, time(now.minus(LEEWAY)), time(now.plus(VALID))),
                        name,
                        keys.getPublic().getEncoded());
        var signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(keys.getPrivate());
        signature.update(toBeSigned);
        return der(
                SEQUENCE,
                toBeSigned,
                SHA256_WITH_RSA,
                der(BIT_STRING, new byte[] {0}, signature.sign()));
    }

    /// The certificate as receivers fetch it.
    public static String pem(byte[] der) {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END CERTIFICATE-----\n";
    }

    private static byte[] time(Instant at) {
        return der(GENERALIZED_TIME, TIME.format(at).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] der(int tag, byte[]... parts) {
        var length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        var out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            var bytes = BigInteger.valueOf(length).toByteArray();
            var from = bytes[0] == 0 ? 1 : 0;
            out.write(0x80 | (bytes.length - from));
            out.write(bytes, from, bytes.length - from);
        }
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
