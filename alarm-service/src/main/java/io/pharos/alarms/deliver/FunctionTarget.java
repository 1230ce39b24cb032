package io.pharos.alarms.deliver;

import io.pharos.alarms.alarm.ActionArn;
import io.pharos.alarms.ledger.PendingAction;

import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.LambdaException;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Invokes Lambda functions, without waiting for what comes of them, at an endpoint that is AWS's own or
/// speaks its API.
public final class FunctionTarget implements ActionTarget, AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    private static final String REGION = "{region}";

    private final String endpoint;
    private final AwsCredentialsProvider credentials;
    private final SdkHttpClient http =
            UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_LIMIT)
                    .socketTimeout(ANSWER_LIMIT)
                    .build();
    private final Map<String, LambdaClient> byRegion = new ConcurrentHashMap<>();

    /// @param endpoint a URL, `{region}` in it stands for the function's region
    public FunctionTarget(String endpoint, AwsCredentialsProvider credentials) {
        this.endpoint = endpoint;
        this.credentials = credentials;
        address("us-east-1"); // a mistake shows at start
    }

    private URI address(String region) {
        return URI.create(endpoint.replace(REGION, region));
    }

    @Override
    public Answer perform(PendingAction action, Instant now) {
        var function = ActionArn.parse(action.arn()).orElse(null);
        if (function == null || function.kind() != ActionArn.Kind.FUNCTION) {
            return new Answer.Ended("No function: " + action.arn());
        }
        try {
            byRegion.computeIfAbsent(function.region(), this::client)
                    .invoke(request ->
                            request.functionName(function.parts().get("function"))
                                    .qualifier(function.parts().get("qualifier"))
                                    .invocationType(InvocationType.EVENT)
                                    .payload(SdkBytes.fromUtf8String(action.message()))
                                    .overrideConfiguration(override ->
                                            override.putHeader(
                                                    ActionRelay.MESSAGE_ID,
                                                    action.id().toString())));
            return new Answer.Ended(null);
        } catch (LambdaException refused) {
            return TopicTarget.isTransient(refused)
                    ? new Answer.Unanswered(String.valueOf(refused.getMessage()))
                    : new Answer.Ended(String.valueOf(refused.getMessage()));
        } catch (SdkException away) {
            return new Answer.Unanswered(String.valueOf(away.getMessage()));
        }
    }

    private LambdaClient client(String region) {
        return LambdaClient.builder()
                .endpointOverride(address(region))
                .region(Region.of(region))
                .credentialsProvider(credentials)
                .httpClient(http)
                .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }

    @Override
    public int places() {
        return ActionRelay.MAX_IN_FLIGHT_OUTSIDE;
    }

    @Override
    public void close() {
        byRegion.values().forEach(LambdaClient::close);
        http.close();
    }
}
