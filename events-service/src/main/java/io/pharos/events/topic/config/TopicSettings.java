package io.pharos.events.topic.config;

import org.eclipse.microprofile.config.Config;

import java.util.Optional;

/// Settings of topics.
///
/// @param publicUrl where subscribers reach Pharos: the base of the links they are sent
/// @param smtp the mail server that takes what is sent to subscribers
public record TopicSettings(String publicUrl, Smtp smtp) {
    /// @param from the sender's address
    /// @param user empty for a server that asks for none
    /// @param startTls whether mail may only go over an encrypted connection
    public record Smtp(
            String host, int port, String from, String user, String password, boolean startTls) {
        public Smtp {
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("pharos.smtp.port is not a port: " + port);
            }
            if (from.indexOf('@') < 1) {
                throw new IllegalArgumentException("pharos.smtp.from is not an address: " + from);
            }
        }
    }

    public TopicSettings {
        if (!publicUrl.startsWith("http://") && !publicUrl.startsWith("https://")) {
            throw new IllegalArgumentException("pharos.public-url is not a URL: " + publicUrl);
        }
        publicUrl = publicUrl.replaceAll("/+$", "");
    }

    static TopicSettings from(Config config) {
        return new TopicSettings(
                config.getValue("pharos.public-url", String.class),
                new Smtp(
                        config.getValue("pharos.smtp.host", String.class),
                        config.getValue("pharos.smtp.port", Integer.class),
                        config.getValue("pharos.smtp.from", String.class),
                        text(config, "pharos.smtp.username"),
                        text(config, "pharos.smtp.password"),
                        config.getValue("pharos.smtp.start-tls", Boolean.class)));
    }

    private static String text(Config config, String key) {
        Optional<String> value = config.getOptionalValue(key, String.class);
        return value.orElse("");
    }
}
