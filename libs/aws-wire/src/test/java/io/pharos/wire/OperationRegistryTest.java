package io.pharos.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.DeleteAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DeleteAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

class OperationRegistryTest {
    private static class Alarms implements CloudWatchClient {
        @Override
        public DescribeAlarmsResponse describeAlarms(DescribeAlarmsRequest request) {
            return DescribeAlarmsResponse.builder().nextToken(request.nextToken()).build();
        }

        @Override
        public DeleteAlarmsResponse deleteAlarms(DeleteAlarmsRequest request) {
            throw ResourceNotFoundException.builder().message("gone").build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    /// As a container makes them for interceptors.
    private static final class Alarms_Subclass extends Alarms {}

    private static final class OtherAlarms extends Alarms {}

    private static final class Alarms_ClientProxy extends Alarms {}

    private static final class Nothing implements CloudWatchClient {
        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    private static AwsOperation operation(String name) {
        return AwsModel.find(AwsService.CLOUDWATCH, name).orElseThrow();
    }

    @Test
    void findsWhatAClassOverrides() {
        for (var api : List.of(new Alarms(), new Alarms_Subclass())) {
            var registry = OperationRegistry.of(List.of(api));
            assertThat(registry.served())
                    .extracting(o -> o.model().name())
                    .containsExactly("DeleteAlarms", "DescribeAlarms");
            assertThat(registry.notServed())
                    .extracting(AwsOperation::name)
                    .contains("PutMetricData")
                    .doesNotContain("DescribeAlarms");
            var request = DescribeAlarmsRequest.builder().nextToken("t").build();
            assertThat(registry.require(operation("DescribeAlarms")).call(request))
                    .isEqualTo(DescribeAlarmsResponse.builder().nextToken("t").build());
        }
    }

    @Test
    void letsFailuresThrough() {
        var delete = OperationRegistry.of(List.of(new Alarms())).require(operation("DeleteAlarms"));
        assertThatThrownBy(() -> delete.call(DeleteAlarmsRequest.builder().build()))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void refusesWhatNobodyServes() {
        var registry = OperationRegistry.of(List.of(new Alarms()));
        assertThatThrownBy(() -> registry.require(operation("PutMetricData")))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        e -> assertThat(e.code()).isEqualTo("UnknownOperationException"))
                .hasMessage("Pharos does not have the operation cloudwatch:PutMetricData.");
    }

    @Test
    void refusesTwoServersOfOneOperationProxiesAndIdlers() {
        assertThatThrownBy(() -> OperationRegistry.of(List.of(new Alarms(), new OtherAlarms())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cloudwatch:DeleteAlarms by OtherAlarms is served by");
        assertThatThrownBy(() -> OperationRegistry.of(List.of(new Alarms_ClientProxy())))
                .hasMessageContaining("make it @Singleton");
        assertThatThrownBy(() -> OperationRegistry.of(List.of(new Nothing())))
                .hasMessageContaining("serves no operation");
    }

    @Test
    void knowsWhatReadsAndWhatMovesData() {
        assertThat(operation("DescribeAlarms").isReadOnly()).isTrue();
        assertThat(operation("PutMetricAlarm").isReadOnly()).isFalse();
        assertThat(operation("PutMetricData").isDataPlane()).isTrue();
        assertThat(operation("PutMetricAlarm").isDataPlane()).isFalse();
        assertThat(operation("PutMetricAlarm").action()).isEqualTo("cloudwatch:PutMetricAlarm");
    }

    /// The names on the wire are those of the SDK's own marshallers.
    @ParameterizedTest
    @EnumSource(AwsService.class)
    void spellsOperationsAsAwsDoes(AwsService service) throws ReflectiveOperationException {
        for (var operation : AwsModel.all(service)) {
            var request = operation.requestType();
            var marshaller =
                    Class.forName(
                            request.getPackageName().replaceAll("model$", "transform.")
                                    + request.getSimpleName()
                                    + "Marshaller");
            var binding = marshaller.getDeclaredField("SDK_OPERATION_BINDING");
            binding.setAccessible(true);
            var info = binding.get(null);
            var target = (String) info.getClass().getMethod("operationIdentifier").invoke(info);
            // CBOR has it in the path alone.
            var name =
                    target != null
                            ? target
                            : (String) info.getClass().getMethod("requestUri").invoke(info);
            assertThat(name.substring(name.lastIndexOf(target != null ? '.' : '/') + 1))
                    .isEqualTo(operation.name());
            if (service.queryVersion().isEmpty()) {
                assertThat(name).isEqualTo(service.targetPrefix() + "." + operation.name());
            }
        }
    }

    @Test
    void knowsTheOperationsThatStream() {
        for (var client : List.of(CloudWatchLogsAsyncClient.class, KinesisAsyncClient.class)) {
            var streaming =
                    Stream.of(client.getMethods())
                            .filter(m ->
                                    m.getParameterCount() == 2
                                            && !Modifier.isStatic(m.getModifiers()))
                            .map(m -> m.getParameterTypes()[0])
                            .filter(AwsRequest.class::isAssignableFrom)
                            .map(c -> (Object) c)
                            .toList();
            var service = client == KinesisAsyncClient.class ? AwsService.KINESIS : AwsService.LOGS;
            assertThat(streaming).hasSameElementsAs(service.streaming());
            assertThat(service.streaming())
                    .allMatch(c -> AwsModel.find(service, name(c)).orElseThrow().isStreaming());
        }
    }

    private static String name(Class<? extends SdkRequest> request) {
        return request.getSimpleName().replaceAll("Request$", "");
    }

    @Test
    void everyServiceHasOperations() {
        assertThat(Arrays.stream(AwsService.values()).map(s -> AwsModel.all(s).size()))
                .allMatch(n -> n >= 10);
    }
}
