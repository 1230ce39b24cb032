package io.pharos.wire;

import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Set;

/// An operation as AWS's model has it, whether or not anybody here serves it.
public final class AwsOperation {
    private static final Set<String> READ_PREFIXES =
            Set.of(
                    "Get",
                    "List",
                    "Describe",
                    "BatchGet",
                    "Lookup",
                    "Search",
                    "Select",
                    "Filter",
                    "Test",
                    "Check");

    private static final Set<String> DATA_PLANE =
            Set.of(
                    "PutMetricData",
                    "GetMetricData",
                    "GetMetricStatistics",
                    "GetMetricWidgetImage",
                    "PutLogEvents",
                    "GetLogEvents",
                    "FilterLogEvents",
                    "GetLogRecord",
                    "GetLogObject",
                    "StartLiveTail",
                    "PutEvents",
                    "PutPartnerEvents",
                    "Publish",
                    "PublishBatch",
                    "PutRecord",
                    "PutRecords",
                    "GetRecords",
                    "GetShardIterator",
                    "SubscribeToShard");

    private final AwsService service;
    private final String name;
    private final Class<? extends SdkRequest> requestType;
    private final Class<? extends SdkResponse> responseType;
    private final Method clientMethod;
    private final boolean streaming;
    private final MethodHandle newRequest;
    private final String action;
    private final boolean readOnly;
    private final boolean dataPlane;

    /// @param clientMethod of the client interface; of the asynchronous one for operations that stream
    AwsOperation(
            AwsService service,
            String name,
            Class<? extends SdkRequest> requestType,
            Class<? extends SdkResponse> responseType,
            Method clientMethod,
            boolean streaming) {
        this.service = service;
        this.name = name;
        this.requestType = requestType;
        this.responseType = responseType;
        this.clientMethod = clientMethod;
        this.streaming = streaming;
        this.newRequest = builderOf(requestType);
        this.action = service.actionPrefix() + ":" + name;
        this.readOnly = READ_PREFIXES.stream().anyMatch(name::startsWith);
        this.dataPlane = DATA_PLANE.contains(name);
    }

    private static MethodHandle builderOf(Class<?> shape) {
        try {
            var builder = shape.getMethod("builder");
            return MethodHandles.publicLookup()
                    .unreflect(builder)
                    .asType(MethodType.methodType(SdkPojo.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(shape + " is not a shape of the SDK", e);
        }
    }

    public AwsService service() {
        return service;
    }

    /// The name on the wire, e.g. `PutMetricData`.
    public String name() {
        return name;
    }

    public Class<? extends SdkRequest> requestType() {
        return requestType;
    }

    public Class<? extends SdkResponse> responseType() {
        return responseType;
    }

    /// Whether it answers with an event stream, which no synchronous client method returns.
    public boolean isStreaming() {
        return streaming;
    }

    /// Whether it changes nothing, by its name as CloudTrail's `readOnly` does.
    public boolean isReadOnly() {
        return readOnly;
    }

    /// Whether it moves data rather than resources: such calls are not management events of trails.
    public boolean isDataPlane() {
        return dataPlane;
    }

    /// What policies call it, e.g. `cloudwatch:PutMetricData`.
    public String action() {
        return action;
    }

    Method clientMethod() {
        return clientMethod;
    }

    /// An empty request builder.
    SdkPojo newRequest() {
        try {
            return (SdkPojo) newRequest.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException("no builder for " + this, e);
        }
    }

    @Override
    public String toString() {
        return action();
    }
}
