package io.pharos.wire;

import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;

import java.lang.invoke.MethodHandle;

/// An operation somebody in this process serves.
public final class Operation {
    private final AwsOperation model;
    private final Class<?> api;
    private final MethodHandle method;

    Operation(AwsOperation model, Class<?> api, MethodHandle method) {
        this.model = model;
        this.api = api;
        this.method = method;
    }

    public AwsOperation model() {
        return model;
    }

    /// The class that serves it.
    public Class<?> api() {
        return api;
    }

    /// Runs the operation on this thread. Whatever the API class throws, comes out unchanged.
    public SdkResponse call(SdkRequest request) {
        try {
            return (SdkResponse) method.invokeExact(request);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable checked) {
            throw new IllegalStateException(model + " threw a checked exception", checked);
        }
    }

    @Override
    public String toString() {
        return model + " by " + api.getSimpleName();
    }
}
