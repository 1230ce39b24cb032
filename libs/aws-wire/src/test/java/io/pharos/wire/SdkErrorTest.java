package io.pharos.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.TrailNotFoundException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidSequenceTokenException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.InvalidEventPatternException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.NotFoundException;

import java.io.IOException;
import java.util.function.Consumer;

/// What an API class throws is what the SDK's client throws on the other side.
class SdkErrorTest {
    @Test
    void modelledErrorsArriveAsThemselves() throws IOException {
        expect(
                AwsService.CLOUDWATCH,
                CloudWatchClient.class,
                CloudWatchClient::listMetrics,
                InvalidParameterValueException.builder().message("m").build(),
                "InvalidParameterValue",
                400);
        expect(
                AwsService.LOGS,
                CloudWatchLogsClient.class,
                CloudWatchLogsClient::describeLogGroups,
                ResourceNotFoundException.builder().message("m").build(),
                "ResourceNotFoundException",
                400);
        expect(
                AwsService.EVENTS,
                EventBridgeClient.class,
                c -> c.putRule(r -> r.name("n")),
                InvalidEventPatternException.builder().message("m").build(),
                "InvalidEventPatternException",
                400);
        expect(
                AwsService.CLOUDTRAIL,
                CloudTrailClient.class,
                c -> c.getTrail(r -> r.name("n")),
                TrailNotFoundException.builder().message("m").build(),
                "TrailNotFoundException",
                400);
        expect(
                AwsService.SNS,
                SnsClient.class,
                c -> c.getTopicAttributes(r -> r.topicArn("t")),
                NotFoundException.builder().message("m").build(),
                "NotFound",
                404);
        expect(
                AwsService.KINESIS,
                KinesisClient.class,
                c -> c.createStream(r -> r.streamName("s")),
                ResourceInUseException.builder().message("m").build(),
                "ResourceInUseException",
                400);
    }

    @Test
    void membersOfErrorsArrive() throws IOException {
        var thrown =
                thrown(
                        AwsService.LOGS,
                        CloudWatchLogsClient.class,
                        c -> c.putLogEvents(r -> r.logGroupName("g")),
                        InvalidSequenceTokenException.builder()
                                .message("m")
                                .expectedSequenceToken("t")
                                .build());
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        InvalidSequenceTokenException.class,
                        e -> assertThat(e.expectedSequenceToken()).isEqualTo("t"));
    }

    @Test
    void unmodelledErrorsArriveAsTheServicesOwn() throws IOException {
        var thrown =
                thrown(
                        AwsService.CLOUDWATCH,
                        CloudWatchClient.class,
                        CloudWatchClient::listMetrics,
                        AwsError.validation("1 validation error detected: x"));
        assertThat(thrown).isExactlyInstanceOf(CloudWatchException.class);
        assertThat(thrown.awsErrorDetails().errorCode()).isEqualTo("ValidationError");
    }

    /// One service calls another, and lets its answer through: the client sees the first cause.
    @Test
    void errorsOfCalledServicesPassOn() throws IOException {
        var cause =
                thrown(
                        AwsService.CLOUDWATCH,
                        CloudWatchClient.class,
                        CloudWatchClient::listMetrics,
                        InvalidParameterValueException.builder().message("m").build());
        expect(
                AwsService.CLOUDWATCH,
                CloudWatchClient.class,
                CloudWatchClient::listMetrics,
                cause,
                "InvalidParameterValue",
                400);
        var base =
                thrown(
                        AwsService.CLOUDWATCH,
                        CloudWatchClient.class,
                        CloudWatchClient::listMetrics,
                        AwsError.validation("m"));
        expect(
                AwsService.CLOUDWATCH,
                CloudWatchClient.class,
                CloudWatchClient::listMetrics,
                base,
                "ValidationError",
                400);
    }

    private static <C extends SdkClient> void expect(
            AwsService service,
            Class<C> type,
            Consumer<C> call,
            RuntimeException error,
            String code,
            int status)
            throws IOException {
        var thrown = thrown(service, type, call, error);
        assertThat(thrown).isExactlyInstanceOf(error.getClass());
        assertThat(thrown.awsErrorDetails().errorCode()).isEqualTo(code);
        assertThat(thrown.awsErrorDetails().errorMessage()).isEqualTo("m");
        assertThat(thrown.statusCode()).isEqualTo(status);
        assertThat(thrown.requestId()).isEqualTo("request-1");
    }

    private static <C extends SdkClient> AwsServiceException thrown(
            AwsService service, Class<C> type, Consumer<C> call, RuntimeException error)
            throws IOException {
        try (var server =
                        new WireServer(_ -> {
                            throw error;
                        });
                var client = SdkClients.of(service, server.uri())) {
            return catchThrowableOfType(
                    AwsServiceException.class, () -> call.accept(type.cast(client)));
        }
    }
}
