package io.pharos.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;

import java.net.URI;
import java.util.Collection;
import java.util.Objects;
import java.util.function.Supplier;

/// Codes and statuses of Query's errors are those the SDK's own clients were made from.
class ModelledErrorsTest {
    @ParameterizedTest
    @EnumSource(names = {"CLOUDWATCH", "SNS", "STS", "IAM", "AUTOSCALING"})
    void areTheSdks(AwsService service) throws ReflectiveOperationException {
        try (var client = SdkClients.of(service, URI.create("http://127.0.0.1:1"))) {
            var factory = field(client, "protocolFactory");
            for (var modelled : (Collection<?>) field(factory, "modeledExceptions")) {
                var supplier =
                        (Supplier<?>)
                                Objects.requireNonNull(call(modelled, "exceptionBuilderSupplier"));
                var builder = (SdkPojo) supplier.get();
                var error =
                        ErrorShape.of(
                                service,
                                "Any",
                                (AwsServiceException)
                                        ((AwsServiceException.Builder) builder).build());
                assertThat(error.queryCode()).isEqualTo(call(modelled, "errorCode"));
                var status = call(modelled, "httpStatusCode");
                if (status != null) { // the SDK leaves out a few
                    assertThat(error.queryStatus()).as(error.type()).isEqualTo(status);
                }
            }
        }
    }

    private static @Nullable Object call(Object target, String method)
            throws ReflectiveOperationException {
        return target.getClass().getMethod(method).invoke(target);
    }

    private static Object field(Object target, String name) throws ReflectiveOperationException {
        for (Class<?> c = target.getClass(); c != null; c = c.getSuperclass()) {
            for (var field : c.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field.get(target);
                }
            }
        }
        throw new NoSuchFieldException(name);
    }
}
