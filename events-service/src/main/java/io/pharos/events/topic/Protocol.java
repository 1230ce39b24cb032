package io.pharos.events.topic;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/// How a subscriber is reached. SNS's other protocols (`sms`, `sqs`, `application`, `lambda`) have no
/// receiver inside Pharos and are refused.
public enum Protocol {
    HTTP("http"),
    HTTPS("https"),
    EMAIL("email"),
    EMAIL_JSON("email-json"),
    /// To a stream of Pharos. SNS knows no stream protocol, and a string of ours would break the
    /// enums of clients: so it is `firehose`, with the ARN of the stream as the endpoint.
    FIREHOSE("firehose");

    private static final int MAX_ENDPOINT = 2048;
    // One @, no white space or line breaks (they would add mail headers), a plausible domain.
    private static final Pattern MAIL_ADDRESS =
            Pattern.compile("[^@\\s<>(),;:\"\\\\\\p{Cntrl}]{1,64}@[A-Za-z0-9.-]{1,253}");
    private static final Pattern STREAM =
            Pattern.compile("arn:aws:kinesis:([a-z0-9-]+):(\\d{12}):stream/[a-zA-Z0-9_.-]{1,128}");

    private final String text;

    Protocol(String text) {
        this.text = text;
    }

    /// @throws software.amazon.awssdk.services.sns.model.InvalidParameterException one that Pharos
    ///     does not deliver to
    public static Protocol of(String text) {
        for (var protocol : values()) {
            if (protocol.text.equals(text)) {
                return protocol;
            }
        }
        throw SnsFault.invalid("Amazon SNS does not support this protocol string: " + text);
    }

    /// SNS's word.
    public String text() {
        return text;
    }

    /// Whether the receiver has to agree first.
    public boolean isConfirmed() {
        return this != FIREHOSE;
    }

    public boolean isHttp() {
        return this == HTTP || this == HTTPS;
    }

    /// @throws software.amazon.awssdk.services.sns.model.InvalidParameterException what can not be an
    ///     address of this protocol
    public void checkEndpoint(String endpoint, TopicArn topic) {
        if (endpoint.isEmpty() || endpoint.length() > MAX_ENDPOINT) {
            throw SnsFault.invalid("Endpoint");
        }
        switch (this) {
            case HTTP, HTTPS -> checkUrl(endpoint);
            case EMAIL, EMAIL_JSON -> {
                if (!MAIL_ADDRESS.matcher(endpoint).matches()) {
                    throw SnsFault.invalid("Email address");
                }
            }
            case FIREHOSE -> {
                var arn = STREAM.matcher(endpoint);
                if (!arn.matches()
                        || !arn.group(1).equals(topic.tenant().region())
                        || !arn.group(2).equals(topic.tenant().account())) {
                    throw SnsFault.invalid("Firehose endpoint ARN");
                }
            }
        }
    }

    private void checkUrl(String endpoint) {
        try {
            var url = new URI(endpoint);
            if (!text.equalsIgnoreCase(url.getScheme())) {
                throw SnsFault.invalid("Endpoint must match the specified protocol");
            }
            if (url.getHost() == null || url.getHost().isEmpty()) {
                throw SnsFault.invalid("Endpoint");
            }
        } catch (URISyntaxException _) {
            throw SnsFault.invalid("Endpoint");
        }
    }
}
