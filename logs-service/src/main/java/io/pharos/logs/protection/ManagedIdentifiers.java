package io.pharos.logs.protection;

import com.google.re2j.Pattern;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// AWS's managed data identifiers. Those of the resource `identifiers.tsv` are an expression near a
/// keyword; the others are told here.
final class ManagedIdentifiers {
    static final String ARN_PREFIX = "arn:aws:dataprotection::aws:data-identifier/";

    private static final List<String> CARD_KEYWORDS =
            List.of(
                    "account number",
                    "american express",
                    "amex",
                    "bank card",
                    "card",
                    "card number",
                    "card num",
                    "cc #",
                    "cc",
                    "ccn",
                    "check card",
                    "credit",
                    "credit card#",
                    "dankort",
                    "debit",
                    "debit card",
                    "diners club",
                    "discover",
                    "electron",
                    "japanese card bureau",
                    "jcb",
                    "mastercard",
                    "mc",
                    "pan",
                    "payment account number",
                    "payment card number",
                    "pcn",
                    "union pay",
                    "visa");
    private static final List<String> SECRET_KEYWORDS =
            List.of(
                    "aws secret access key",
                    "credentials",
                    "secret access key",
                    "secret key",
                    "set-awscredential");

    /// They exist in AWS, but by machine learning or with rules for which there is no public word.
    private static final Set<String> UNSUPPORTED =
            Stream.concat(
                            Stream.of("Address", "Name"),
                            Stream.of(
                                            "AT", "AU", "BE", "BG", "CY", "CZ", "DK", "EE", "FI",
                                            "GR", "HR", "HU", "IE", "LT", "LU", "LV", "MT", "NL",
                                            "PL", "PT", "RO", "SE", "SI", "SK")
                                    .map(country -> "DriversLicense-" + country))
                    .collect(Collectors.toUnmodifiableSet());

    private static final Map<String, Detector> DETECTORS = detectors();

    private ManagedIdentifiers() {}

    /// Null when there is no such identifier here.
    static @Nullable Detector detector(String id) {
        return DETECTORS.get(id);
    }

    /// Whether AWS has it and Pharos has not.
    static boolean isUnsupported(String id) {
        return UNSUPPORTED.contains(id);
    }

    static Set<String> ids() {
        return DETECTORS.keySet();
    }

    private static Map<String, Detector> detectors() {
        var detectors = new HashMap<String, Detector>();
        detectors.put("EmailAddress", ValueDetectors::emails);
        detectors.put("IpAddress", ValueDetectors::addresses);
        detectors.put(
                "CreditCardNumber",
                new NearKeyword(new Keywords(CARD_KEYWORDS), ValueDetectors::cards));
        detectors.put(
                "AwsSecretKey",
                new NearKeyword(new Keywords(SECRET_KEYWORDS), ValueDetectors::secretKeys));
        detectors.put("OpenSshPrivateKey", ValueDetectors.armoured("OPENSSH PRIVATE KEY"));
        detectors.put("PgpPrivateKey", ValueDetectors.armoured("PGP PRIVATE KEY BLOCK"));
        detectors.put("PkcsPrivateKey", ValueDetectors.armoured("PRIVATE KEY"));
        detectors.put("PuttyPrivateKey", ValueDetectors::putty);
        for (var line : lines()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                var parts = line.split("\t");
                detectors.put(
                        parts[0],
                        new NearKeyword(
                                new Keywords(List.of(parts[1].split("\\|"))),
                                new RegexDetector(Pattern.compile(parts[2]), 0)));
            }
        }
        return Map.copyOf(detectors);
    }

    private static List<String> lines() {
        try (var in = ManagedIdentifiers.class.getResourceAsStream("identifiers.tsv")) {
            var bytes = Objects.requireNonNull(in, "identifiers.tsv").readAllBytes();
            return new String(bytes, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
    }
}
