package io.pharos.logs.protection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.wire.AwsError;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/// What is found and masked, text by text; apostrophes stand for quotes in policies.
class ProtectorTest {
    private static final String SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYxx";

    @Test
    void masksEmailAddresses() {
        masks("EmailAddress", "to [jane.doe+x@mail.example.com]!");
        masks("EmailAddress", "[a@b.co] and [c@d.org].");
        masks(
                "EmailAddress",
                "{'user':'[jané@b.co]'}".replace("[jané", "jané[").replace("é[@", "é@"));
        same("EmailAddress", "a@b, @c.com, d@, x@y.1, u@-a.com");
    }

    @Test
    void masksAddresses() {
        masks("IpAddress", "from [192.0.2.1]:8080 to [10.0.0.255].");
        masks("IpAddress", "[2001:db8::ff00:42:8329] [::ffff:10.0.0.1]");
        same("IpAddress", "1.2.3 1.2.3.4.5 256.1.1.1 12:30:45 v1.2.3.4x a::b::c face:");
    }

    @Test
    void masksCardsWithACheckDigitNearAKeyword() {
        masks("CreditCardNumber", "card=[4111111111111111]");
        masks("CreditCardNumber", "credit_card: [4111-1111-1111-1111], next");
        masks("CreditCardNumber", "amex [3782 822463 10005]");
        masks("CreditCardNumber", "card 2 [4111 1111 1111 1111] 123");
        same("CreditCardNumber", "card=4111111111111112");
        same("CreditCardNumber", "order 4111111111111111");
        same("CreditCardNumber", "card" + " ".repeat(40) + "4111111111111111");
        same("CreditCardNumber", "discard 4111111111111111");
    }

    @Test
    void masksSecrets() {
        masks("AwsSecretKey", "aws_secret_access_key = [" + SECRET + "]");
        masks("AwsSecretKey", "{\"SecretAccessKey\":\"[" + SECRET + "]\"}");
        same("AwsSecretKey", "sha1 " + SECRET);
        same("AwsSecretKey", "secret key " + SECRET + "more");
        masks(
                "PkcsPrivateKey",
                "x [-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----] y");
        masks("OpenSshPrivateKey", "[-----BEGIN OPENSSH PRIVATE KEY-----\nabc]");
        same("PgpPrivateKey", "-----BEGIN PGP PUBLIC KEY BLOCK-----");
        masks("PuttyPrivateKey", "[PuTTY-User-Key-File-2: ssh-rsa]");
    }

    @Test
    void masksWhatStandsNearItsKeyword() {
        masks("Ssn-US", "SSN: [123-45-6789]");
        same("Ssn-US", "SSN: 000-45-6789, 666-45-6789");
        same("Ssn-US", "id 123-45-6789");
        masks("PhoneNumber-US", "call phone [(206) 555-0100] or tel [+1 206 555 0101]");
        masks("ZipCode-US", "zip [98109-1234]");
        masks("NationalInsuranceNumber-GB", "national insurance number [AB 12 34 56 C]");
        masks("DriversLicense-US", "driver license [D1234567]");
        masks("VehicleIdentificationNumber", "VIN [1HGBH41JXMN109186]");
        masks("BankAccountNumber-DE", "IBAN [DE89 3704 0044 0532 0130 00]");
        masks("LatLong", "position [47.6062, -122.3321]");
    }

    @Test
    void everyCharacterBecomesOneStar() {
        assertThat(masked(policy("EmailAddress"), "ü a@b.co ü")).isEqualTo("ü ****** ü");
        var custom =
                policy(
                        "'x'",
                        "'Configuration':{'CustomDataIdentifier':[{'Name':'x','Regex':'ä+'}]},");
        assertThat(masked(custom, "1ääö")).isEqualTo("1**ö");
    }

    @Test
    void tellsWhereByCharacters() {
        var found =
                new Protector(List.of(policy("EmailAddress")))
                        .findings("ü a@b.co c@d.org".getBytes(StandardCharsets.UTF_8), 0, 17);
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().identifier()).isEqualTo("EmailAddress");
        assertThat(found.getFirst().count()).isEqualTo(2);
        assertThat(found.getFirst().detections())
                .containsExactly(new int[] {2, 8}, new int[] {9, 16});
    }

    @Test
    void everyIdentifierTakesAnyText() {
        var random = new Random(3);
        var alphabet = "a1@.:- /+=#cardssn\n\"{}ä\u20ac".codePoints().toArray();
        for (var id : ManagedIdentifiers.ids()) {
            var protector = new Protector(List.of(policy(id)));
            for (var round = 0; round < 50; round++) {
                var text = new StringBuilder();
                for (var i = random.nextInt(200); i > 0; i--) {
                    text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
                }
                var bytes = text.toString().getBytes(StandardCharsets.UTF_8);
                var masked = protector.masked(bytes, 0, bytes.length);
                if (masked != null) {
                    var shown = new String(masked, StandardCharsets.UTF_8);
                    assertThat(shown.codePointCount(0, shown.length()))
                            .isEqualTo(text.codePointCount(0, text.length()));
                }
            }
        }
    }

    @Test
    void hostileTextsTakeLinearTime() {
        var started = System.nanoTime();
        for (var unit : List.of("@", "a@", "1.", "card ", "4", "-----BEGIN ", ":", "ssn 1", "a.")) {
            var bytes = unit.repeat(200_000 / unit.length()).getBytes(StandardCharsets.US_ASCII);
            for (var id :
                    List.of(
                            "EmailAddress",
                            "IpAddress",
                            "CreditCardNumber",
                            "PkcsPrivateKey",
                            "Ssn-US")) {
                new Protector(List.of(policy(id))).masked(bytes, 0, bytes.length);
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - started))
                .isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void refusesWhatIsNoPolicy() {
        refuses("x", "JSON object");
        refuses("{'Name':'n','Version':'2012-10-17'}", "Version must be");
        refuses("{'Name':'n','Version':'2021-06-01','Statement':[]}", "exactly two");
        refuses("{'Name':'n','Version':'2021-06-01','X':1}", "unknown member X");
        refuses(
                document("'arn:aws:dataprotection::aws:data-identifier/Nope'", ""),
                "unknown data identifier");
        refuses(document("'EmailAddress'", ""), "unknown data identifier");
        refuses(
                document("'arn:aws:dataprotection::aws:data-identifier/IpAddress'", "")
                        .replaceFirst("IpAddress", "EmailAddress"),
                "must match exactly");
        refuses(document(arn("IpAddress"), "").replace("'MaskConfig':{}", ""), "MaskConfig");
        refuses(
                document(arn("IpAddress"), "").replace("'FindingsDestination':{}", ""),
                "FindingsDestination");
        refuses(
                document(
                        "'x'",
                        "'Configuration':{'CustomDataIdentifier':[{'Name':'x','Regex':'('}]},"),
                "Regex of x");
        refuses(
                document(
                        "'x'",
                        "'Configuration':{'CustomDataIdentifier':[{'Name':'x y','Regex':'a'}]},"),
                "name of a custom");
        refuses(
                document(
                        "'x'",
                        "'Configuration':{'CustomDataIdentifier':[{'Name':'x','Regex':'"
                                + "a".repeat(201)
                                + "'}]},"),
                "1 to 200");
        refuses("{'a':'" + "x".repeat(30_720) + "'}", "30720");
        for (var id : List.of("Name", "DriversLicense-PL")) {
            assertThatThrownBy(() -> policy(id))
                    .isInstanceOf(AwsError.class)
                    .hasMessageContaining("not supported");
        }
        assertThatThrownBy(() ->
                        ProtectionPolicy.parse(
                                document(arn("IpAddress"), "")
                                        .replace(
                                                "'FindingsDestination':{}",
                                                "'FindingsDestination':{'S3':{'Bucket':'b'}}")
                                        .replace('\'', '"')))
                .isInstanceOf(AwsError.class);
    }

    /// Brackets mark what is masked; quotes stand for themselves.
    private static void masks(String id, String marked) {
        var text = marked.replaceAll("[\\[\\]]", "");
        var expected = new StringBuilder();
        var inside = false;
        for (var c : marked.codePoints().toArray()) {
            if (c == '[' || c == ']') {
                inside = c == '[';
            } else {
                expected.appendCodePoint(inside ? '*' : c);
            }
        }
        assertThat(masked(policy(id), text)).isEqualTo(expected.toString());
    }

    private static void same(String id, String text) {
        assertThat(masked(policy(id), text)).isEqualTo(text);
    }

    private static String masked(ProtectionPolicy policy, String text) {
        var bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
        var masked = new Protector(List.of(policy)).masked(bytes, 1, bytes.length - 2);
        return masked == null ? text : new String(masked, StandardCharsets.UTF_8);
    }

    private static ProtectionPolicy policy(String id) {
        return policy(arn(id), "");
    }

    private static ProtectionPolicy policy(String identifier, String configuration) {
        return ProtectionPolicy.parse(document(identifier, configuration).replace('\'', '"'));
    }

    private static String arn(String id) {
        return "'arn:aws:dataprotection::aws:data-identifier/" + id + "'";
    }

    private static String document(String identifier, String configuration) {
        return "{'Name':'n','Description':'','Version':'2021-06-01',"
                + configuration
                + "'Statement':[{'Sid':'audit','DataIdentifier':["
                + identifier
                + "],'Operation':{'Audit':{'FindingsDestination':{}}}},"
                + "{'Sid':'mask','DataIdentifier':["
                + identifier
                + "],'Operation':{'Deidentify':{'MaskConfig':{}}}}]}";
    }

    private static void refuses(String document, String message) {
        assertThatThrownBy(() -> ProtectionPolicy.parse(document.replace('\'', '"')))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining(message);
    }
}
