package io.pharos.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Properties;

/// The first access key of this data directory: taken from `PHAROS_ACCESS_KEY_ID` and
/// `PHAROS_SECRET_ACCESS_KEY`, else made once and kept, readable for its owner alone. Beside it the
/// secret with which the services know each other and seal what they keep.
record RootKey(String accessKeyId, String secretAccessKey, String installationSecret) {
    private static final String FILE = "root-key.properties";

    static RootKey of(Path data, Map<String, String> environment) throws IOException {
        var file = data.resolve(FILE);
        if (!Files.exists(file)) {
            random().write(file);
        }
        var kept = read(file);
        var id = environment.get("PHAROS_ACCESS_KEY_ID");
        var secret = environment.get("PHAROS_SECRET_ACCESS_KEY");
        if (id == null || secret == null) {
            return kept;
        }
        var given = new RootKey(id, secret, kept.installationSecret());
        given.write(file);
        return given;
    }

    private static RootKey read(Path file) throws IOException {
        var kept = new Properties();
        try (var in = Files.newBufferedReader(file)) {
            kept.load(in);
        }
        return new RootKey(
                kept.getProperty("accessKeyId", ""),
                kept.getProperty("secretAccessKey", ""),
                kept.getProperty("installationSecret", ""));
    }

    private static RootKey random() {
        var random = new SecureRandom();
        var id = new StringBuilder("AKIA");
        for (var i = 0; i < 16; i++) {
            id.append("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(random.nextInt(32)));
        }
        return new RootKey(id.toString(), secret(random), secret(random));
    }

    private static String secret(SecureRandom random) {
        var secret = new byte[30];
        random.nextBytes(secret);
        return Base64.getUrlEncoder().encodeToString(secret);
    }

    private void write(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(
                file,
                "accessKeyId=%s%nsecretAccessKey=%s%ninstallationSecret=%s%n"
                        .formatted(accessKeyId, secretAccessKey, installationSecret));
    }
}
