package io.pharos.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The protocols that no client of the SDK's pinned version speaks to CloudWatch: what we write, we
/// read.
class SelfRoundTripTest {
    @ParameterizedTest
    @EnumSource(names = {"JSON_1_0", "RPC_V2_CBOR", "CBOR_1_1"})
    void everyRequestSurvives(Protocol protocol) {
        for (var service : AwsService.values()) {
            for (var operation : AwsModel.all(service)) {
                var request =
                        new RandomShapes(operation.name().hashCode()).fill(operation.newRequest());
                var bytes = TokenEncoder.encode(request, TokenEncoder.Dialect.of(protocol));
                var builder = operation.newRequest();
                TokenDecoder.decode(bytes, protocol, builder);
                assertThat(Shape.build(builder)).isEqualTo(request);
            }
        }
    }
}
