package io.pharos.logs.destination;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/// What takes the records of a subscription. Streams are Pharos's own; all others are called.
public sealed interface Target {
    /// As it was given: an ARN, or a URL.
    String text();

    /// What metrics about its deliveries call it.
    String type();

    /// A stream of Pharos.
    record Stream(StreamArn arn) implements Target {
        @Override
        public String text() {
            return arn.toString();
        }

        @Override
        public String type() {
            return "KinesisDataStream";
        }
    }

    /// A Lambda function, a version or an alias of one.
    record Function(String text, String region, String account) implements Target {
        @Override
        public String type() {
            return "Lambda";
        }
    }

    /// A Firehose delivery stream.
    record DeliveryStream(String text, String region, String account, String name)
            implements Target {
        @Override
        public String type() {
            return "Firehose";
        }
    }

    /// A web server. AWS has no such destination.
    record Endpoint(URI uri) implements Target {
        @Override
        public String text() {
            return uri.toString();
        }

        @Override
        public String type() {
            return "Http";
        }
    }

    Pattern FUNCTION =
            Pattern.compile(
                    "arn:aws[a-z-]*:lambda:([a-z0-9-]{1,32}):([0-9]{12}):function:"
                            + "[a-zA-Z0-9_-]{1,64}(?::(?:\\$LATEST|[a-zA-Z0-9_-]{1,128}))?");

    Pattern DELIVERY_STREAM =
            Pattern.compile(
                    "arn:aws[a-z-]*:firehose:([a-z0-9-]{1,32}):([0-9]{12}):deliverystream/"
                            + "([a-zA-Z0-9_.-]{1,64})");

    int MAX_URL = 2_048;

    /// Null for everything else, logical destinations included.
    static @Nullable Target parse(String text) {
        if (text.startsWith("https://") || text.startsWith("http://")) {
            return endpoint(text);
        }
        var function = FUNCTION.matcher(text);
        if (function.matches()) {
            return new Function(text, function.group(1), function.group(2));
        }
        var delivery = DELIVERY_STREAM.matcher(text);
        if (delivery.matches()) {
            return new DeliveryStream(
                    text, delivery.group(1), delivery.group(2), delivery.group(3));
        }
        var stream = StreamArn.parse(text);
        return stream == null ? null : new Stream(stream);
    }

    private static @Nullable Target endpoint(String text) {
        try {
            var uri = new URI(text);
            var plain =
                    text.length() <= MAX_URL
                            && uri.getHost() != null
                            && uri.getUserInfo() == null
                            && uri.getFragment() == null;
            return plain ? new Endpoint(uri) : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
