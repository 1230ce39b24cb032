package io.pharos.wire;

import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsAsyncClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogObjectRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailRequest;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sts.StsClient;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The services of AWS that Pharos speaks, and how each is recognised on the wire.
public enum AwsService {
    CLOUDWATCH(
            CloudWatchClient.class,
            new Names("monitoring", "cloudwatch", "GraniteServiceVersion20100801"),
            new Query("2010-08-01", "http://monitoring.amazonaws.com/doc/2010-08-01/"),
            Protocol.JSON_1_0,
            Protocol.QUERY,
            Protocol.RPC_V2_CBOR),
    LOGS(
            CloudWatchLogsClient.class,
            new Names("logs", "logs", "Logs_20140328"),
            Query.NONE,
            Protocol.JSON_1_1),
    EVENTS(
            EventBridgeClient.class,
            new Names("events", "events", "AWSEvents"),
            Query.NONE,
            Protocol.JSON_1_1),
    CLOUDTRAIL(
            CloudTrailClient.class,
            new Names(
                    "cloudtrail",
                    "cloudtrail",
                    "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101"),
            Query.NONE,
            Protocol.JSON_1_1),
    SNS(
            SnsClient.class,
            new Names("sns", "sns", "AmazonSimpleNotificationService"),
            new Query("2010-03-31", "http://sns.amazonaws.com/doc/2010-03-31/"),
            Protocol.QUERY),
    KINESIS(
            KinesisClient.class,
            new Names("kinesis", "kinesis", "Kinesis_20131202"),
            Query.NONE,
            Protocol.JSON_1_1,
            Protocol.CBOR_1_1),
    AUTOSCALING(
            AutoScalingClient.class,
            new Names("autoscaling", "autoscaling", "AutoScaling_2011_01_01"),
            new Query("2011-01-01", "http://autoscaling.amazonaws.com/doc/2011-01-01/"),
            Protocol.QUERY),
    STS(
            StsClient.class,
            new Names("sts", "sts", "AWSSecurityTokenServiceV20110615"),
            new Query("2011-06-15", "https://sts.amazonaws.com/doc/2011-06-15/"),
            Protocol.QUERY),
    IAM(
            IamClient.class,
            new Names("iam", "iam", "AWSIdentityManagementV20100508"),
            new Query("2010-05-08", "https://iam.amazonaws.com/doc/2010-05-08/"),
            Protocol.QUERY);

    /// @param signing the service in a signature's scope
    /// @param action the prefix of policy actions
    /// @param target what stands before the operation in `X-Amz-Target` and in CBOR paths
    private record Names(String signing, String action, String target) {}

    /// @param version empty for services without the Query protocol
    private record Query(String version, String xmlNamespace) {
        static final Query NONE = new Query("", "");
    }

    private static final Map<String, AwsService> BY_SIGNING_NAME =
            Stream.of(values())
                    .collect(Collectors.toMap(AwsService::signingName, Function.identity()));

    private final Class<? extends SdkClient> client;
    private final Names names;
    private final Query query;
    private final Protocol preferred;
    private final Set<Protocol> protocols;

    AwsService(
            Class<? extends SdkClient> client,
            Names names,
            Query query,
            Protocol preferred,
            Protocol... others) {
        this.client = client;
        this.names = names;
        this.query = query;
        this.preferred = preferred;
        this.protocols =
                Stream.concat(Stream.of(preferred), Stream.of(others))
                        .collect(Collectors.toUnmodifiableSet());
    }

    /// The service of a signature's scope.
    public static Optional<AwsService> ofSigningName(String name) {
        return Optional.ofNullable(BY_SIGNING_NAME.get(name));
    }

    /// An operation of AWS's model, whether or not anybody here serves it.
    public Optional<AwsOperation> operation(String name) {
        return AwsModel.find(this, name);
    }

    /// The interface an API class of this service implements.
    public Class<? extends SdkClient> client() {
        return client;
    }

    /// Requests of the operations that answer with an event stream: only the SDK's asynchronous
    /// clients have them.
    List<Class<? extends SdkRequest>> streaming() {
        return switch (this) {
            case LOGS -> List.of(StartLiveTailRequest.class, GetLogObjectRequest.class);
            case KINESIS -> List.of(SubscribeToShardRequest.class);
            case CLOUDWATCH, EVENTS, CLOUDTRAIL, SNS, AUTOSCALING, STS, IAM -> List.of();
        };
    }

    /// The interface that an API class with operations that stream implements: the SDK has them in its
    /// asynchronous clients only.
    Class<? extends SdkClient> streamingClient() {
        return switch (this) {
            case LOGS -> CloudWatchLogsAsyncClient.class;
            case KINESIS -> KinesisAsyncClient.class;
            case CLOUDWATCH, EVENTS, CLOUDTRAIL, SNS, AUTOSCALING, STS, IAM -> client;
        };
    }

    /// The service in a signature's scope: `monitoring`, `logs`, `events` …
    public String signingName() {
        return names.signing;
    }

    /// The prefix of policy actions: `cloudwatch`, `logs` …
    public String actionPrefix() {
        return names.action;
    }

    /// What stands before the operation in `X-Amz-Target` and in CBOR paths.
    public String targetPrefix() {
        return names.target;
    }

    /// `Version` of the Query protocol; empty for services without it.
    public String queryVersion() {
        return query.version;
    }

    public String xmlNamespace() {
        return query.xmlNamespace;
    }

    /// What the service is answered in when the request does not tell.
    public Protocol preferredProtocol() {
        return preferred;
    }

    public Set<Protocol> protocols() {
        return protocols;
    }

    /// Paths to operations, for services whose requests do not name the operation.
    RestRoutes restRoutes() {
        return RestRoutes.none();
    }

    /// How trails and service events name it: `monitoring.amazonaws.com`.
    public String eventSource() {
        return names.signing.toLowerCase(Locale.ROOT) + ".amazonaws.com";
    }
}
