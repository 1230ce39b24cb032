package io.pharos.logs.destination.http;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.logs.destination.Target;
import io.pharos.logs.destination.config.OutletSettings;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// One try to hand a record to a function, a delivery stream or a web server. Functions are not waited
/// for. AWS's two are called over signed HTTP: their clients bring more than a call each needs.
@Singleton
public final class Outlets implements AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    private static final int MAX_REASON = 200;
    private static final int MAX_ANSWER = 1 << 20;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Codes of AWS's that a retry may help, whatever their status.
    private static final Set<String> THROTTLED =
            Set.of(
                    "ServiceUnavailableException",
                    "ThrottlingException",
                    "TooManyRequestsException",
                    "ProvisionedThroughputExceededException",
                    "LimitExceededException");

    private static final Set<String> SET_BY_CLIENT = Set.of("host", "content-length");

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_LIMIT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final OutletSettings settings;
    private final AwsCredentialsProvider credentials;

    public Outlets(OutletSettings settings) {
        this.settings = settings;
        var id = settings.accessKeyId();
        var secret = settings.secretAccessKey();
        this.credentials =
                id != null && secret != null
                        ? StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret))
                        : DefaultCredentialsProvider.builder().build();
    }

    /// What became of a try.
    public sealed interface Outcome {
        record Delivered() implements Outcome {}

        /// It wants to be called less often.
        record Throttled(String why) implements Outcome {}

        /// May work later.
        record Failed(String why) implements Outcome {}

        /// Will never work.
        record Refused(String why) implements Outcome {}
    }

    /// @param envelope compressed
    public Outcome send(Target target, byte[] envelope) {
        return switch (target) {
            case Target.Function function -> invoke(function, "Event", payload(envelope));
            case Target.DeliveryStream stream -> put(stream, envelope);
            case Target.Endpoint(var uri) ->
                    post(
                            HttpRequest.newBuilder(uri)
                                    .header("Content-Type", "application/json")
                                    .header("Content-Encoding", "gzip")
                                    .POST(BodyPublishers.ofByteArray(envelope)));
            case Target.Stream stream ->
                    throw new IllegalArgumentException("streams are written: " + stream);
        };
    }

    /// Whether the function exists and may be called, without calling it.
    public Outcome tryOut(Target.Function function) {
        return invoke(function, "DryRun", "{}".getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] payload(byte[] envelope) {
        var data = Base64.getEncoder().encodeToString(envelope);
        return ("{\"awslogs\":{\"data\":\"" + data + "\"}}").getBytes(StandardCharsets.UTF_8);
    }

    private Outcome invoke(Target.Function function, String type, byte[] payload) {
        if (settings.lambda() == null) {
            return new Outcome.Refused("pharos.logs.lambda-endpoint is not set");
        }
        var path =
                "/2015-03-31/functions/"
                        + URLEncoder.encode(function.text(), StandardCharsets.UTF_8)
                        + "/invocations";
        var base = OutletSettings.address(settings.lambda(), function.region());
        return signed(
                base.resolve(path),
                "lambda",
                function.region(),
                Map.of("Content-Type", "application/json", "X-Amz-Invocation-Type", type),
                payload);
    }

    private Outcome put(Target.DeliveryStream stream, byte[] envelope) {
        if (settings.firehose() == null) {
            return new Outcome.Refused("pharos.logs.firehose-endpoint is not set");
        }
        var body =
                JSON.createObjectNode()
                        .put("DeliveryStreamName", stream.name())
                        .set(
                                "Record",
                                JSON.createObjectNode()
                                        .put("Data", Base64.getEncoder().encodeToString(envelope)));
        return signed(
                OutletSettings.address(settings.firehose(), stream.region()).resolve("/"),
                "firehose",
                stream.region(),
                Map.of(
                        "Content-Type",
                        "application/x-amz-json-1.1",
                        "X-Amz-Target",
                        "Firehose_20150804.PutRecord"),
                body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private Outcome signed(
            URI uri, String service, String region, Map<String, String> headers, byte[] body) {
        var unsigned = SdkHttpRequest.builder().method(SdkHttpMethod.POST).uri(uri);
        headers.forEach(unsigned::putHeader);
        try {
            var signed =
                    signer.sign(r ->
                            r.identity(credentials.resolveCredentials())
                                    .request(unsigned.build())
                                    .payload(ContentStreamProvider.fromByteArray(body))
                                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                                    .putProperty(AwsV4HttpSigner.REGION_NAME, region));
            var request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofByteArray(body));
            signed.request()
                    .forEachHeader((name, values) -> {
                        if (!SET_BY_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
                            values.forEach(value -> request.header(name, value));
                        }
                    });
            return post(request);
        } catch (SdkClientException noCredentials) {
            return new Outcome.Failed(String.valueOf(noCredentials.getMessage()));
        }
    }

    private Outcome post(HttpRequest.Builder request) {
        try {
            var answer =
                    http.send(
                            request.timeout(ANSWER_LIMIT).build(),
                            BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER));
            var status = answer.statusCode();
            if (status >= 200 && status < 300) {
                return new Outcome.Delivered();
            }
            var text = new String(answer.body(), StandardCharsets.UTF_8);
            var why = status + " " + text.substring(0, Math.min(text.length(), MAX_REASON));
            var code = answer.headers().firstValue("x-amzn-ErrorType").orElse(null);
            if (status == TOO_MANY_REQUESTS || isThrottled(code, text)) {
                return new Outcome.Throttled(why);
            }
            return status >= 500 || status == REQUEST_TIMEOUT
                    ? new Outcome.Failed(why)
                    : new Outcome.Refused(why);
        } catch (IOException away) {
            return new Outcome.Failed(String.valueOf(away));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Outcome.Failed("interrupted");
        }
    }

    private static boolean isThrottled(@Nullable String code, String body) {
        return THROTTLED.stream()
                .anyMatch(known ->
                        code != null
                                ? code.startsWith(known)
                                : body.contains("\"__type\"") && body.contains(known));
    }

    @Override
    @PreDestroy
    public void close() {
        http.shutdownNow();
    }
}
