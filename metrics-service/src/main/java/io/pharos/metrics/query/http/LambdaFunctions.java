package io.pharos.metrics.query.http;

import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.query.FunctionMessages;
import io.pharos.metrics.query.Functions;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.wire.Tenant;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.lambda.LambdaClient;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// Invokes Lambda functions, waiting for what they answer, at the endpoint
/// `pharos.metrics.lambda-endpoint`, with the credentials of the AWS SDK's default chain. Without the
/// setting `LAMBDA` is refused.
@Singleton
public final class LambdaFunctions implements Functions {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

    /// Calls between services end after 30.
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    private static final String REGION = "{region}";
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9-_]{1,140}(:[a-zA-Z0-9$_-]+)?");
    private static final Pattern ARN =
            Pattern.compile(
                    "arn:aws[a-z-]*:lambda:(?<region>[a-z0-9-]+):(?<account>\\d{12}):function:(?<name>.+)");

    private final @Nullable String endpoint;
    private final AwsCredentialsProvider credentials;
    private final SdkHttpClient http =
            UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_LIMIT)
                    .socketTimeout(ANSWER_LIMIT)
                    .build();
    private final Map<String, LambdaClient> byRegion = new ConcurrentHashMap<>();

    @Inject
    LambdaFunctions(Config config) {
        this(
                config.getOptionalValue("pharos.metrics.lambda-endpoint", String.class)
                        .orElse(null),
                DefaultCredentialsProvider.builder().build());
    }

    /// @param endpoint a URL, `{region}` in it stands for the function's region; null for none
    public LambdaFunctions(@Nullable String endpoint, AwsCredentialsProvider credentials) {
        this.endpoint = endpoint;
        this.credentials = credentials;
        if (endpoint != null) {
            address(endpoint, "us-east-1"); // a mistake shows at start
        }
    }

    private static URI address(String endpoint, String region) {
        return URI.create(endpoint.replace(REGION, region));
    }

    @Override
    public List<Series> call(
            Tenant tenant, String function, List<Object> arguments, PeriodGrid grid) {
        if (endpoint == null) {
            throw new ExpressionError(
                    "Function 'LAMBDA' is not supported here: pharos.metrics.lambda-endpoint is not"
                            + " set");
        }
        var region = tenant.region();
        var name = function;
        var arn = ARN.matcher(function);
        if (arn.matches() && arn.group("account").equals(tenant.account())) {
            region = arn.group("region");
            name = arn.group("name");
        }
        if (!NAME.matcher(name).matches()) {
            throw new ExpressionError(
                    "Function 'LAMBDA' takes the name of a function of this account, not '"
                            + function
                            + "'");
        }
        return FunctionMessages.series(invoke(endpoint, region, name, arguments, grid), grid);
    }

    private byte[] invoke(
            String at, String region, String name, List<Object> arguments, PeriodGrid grid) {
        try {
            var answer =
                    byRegion.computeIfAbsent(region, known -> client(at, known))
                            .invoke(request ->
                                    request.functionName(name)
                                            .payload(
                                                    SdkBytes.fromByteArrayUnsafe(
                                                            FunctionMessages.event(
                                                                    arguments, grid))));
            if (answer.functionError() != null) {
                throw new Failure(
                        answer.functionError(), "The function ended with an error: " + name);
            }
            return answer.payload() == null ? new byte[0] : answer.payload().asByteArray();
        } catch (SdkException failure) {
            throw new Failure("InvocationFailed", String.valueOf(failure.getMessage()));
        }
    }

    private LambdaClient client(String at, String region) {
        return LambdaClient.builder()
                .endpointOverride(address(at, region))
                .region(Region.of(region))
                .credentialsProvider(credentials)
                .httpClient(http)
                .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }

    @PreDestroy
    void close() {
        byRegion.values().forEach(LambdaClient::close);
        http.close();
    }
}
