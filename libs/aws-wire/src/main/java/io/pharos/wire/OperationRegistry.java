package io.pharos.wire;

import software.amazon.awssdk.awscore.eventstream.EventStreamResponseHandler;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which operations this process serves: every method of an SDK client interface that an API class
/// overrides. What nobody overrides is refused with AWS's error for an unknown operation.
public final class OperationRegistry {
    private final Map<AwsOperation, Operation> operations;
    private final Set<AwsService> services;

    private OperationRegistry(Map<AwsOperation, Operation> operations, Set<AwsService> services) {
        this.operations = operations;
        this.services = services;
    }

    /// @param apis objects of the classes that serve; each implements one client interface or more
    /// @throws IllegalStateException when two objects serve the same operation, when one serves
    ///     nothing, or when one is a proxy, which seems to override everything
    public static OperationRegistry of(Collection<? extends SdkClient> apis) {
        var operations = new HashMap<AwsOperation, Operation>();
        var services = EnumSet.noneOf(AwsService.class);
        for (var api : apis) {
            var served = served(api);
            if (served.isEmpty()) {
                throw new IllegalStateException(api.getClass() + " serves no operation");
            }
            for (var operation : served) {
                services.add(operation.model().service());
                var other = operations.putIfAbsent(operation.model(), operation);
                if (other != null) {
                    throw new IllegalStateException(
                            operation + " is served by " + other.api().getName() + " already");
                }
            }
        }
        return new OperationRegistry(operations, services);
    }

    private static List<Operation> served(SdkClient api) {
        if (api.getClass().getName().endsWith("_ClientProxy")) {
            throw new IllegalStateException(api.getClass() + " is a proxy: make it @Singleton");
        }
        return Arrays.stream(AwsService.values())
                .filter(service ->
                        service.client().isInstance(api)
                                || service.streamingClient().isInstance(api))
                .flatMap(service ->
                        AwsModel.all(service).stream()
                                .filter(operation -> overrides(api, operation))
                                .map(operation -> bind(operation, api)))
                .toList();
    }

    private static boolean overrides(SdkClient api, AwsOperation operation) {
        var method = operation.clientMethod();
        return method.getDeclaringClass().isInstance(api) && overrides(api.getClass(), method);
    }

    private static boolean overrides(Class<?> type, Method method) {
        for (var c = type; c != null; c = c.getSuperclass()) {
            if (Arrays.stream(c.getDeclaredMethods()).anyMatch(m -> isSame(m, method))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSame(Method one, Method other) {
        return one.getName().equals(other.getName())
                && Arrays.equals(one.getParameterTypes(), other.getParameterTypes());
    }

    private static Operation bind(AwsOperation operation, SdkClient api) {
        try {
            var method = operation.clientMethod();
            var type =
                    operation.isStreaming()
                            ? MethodType.methodType(
                                    void.class, SdkRequest.class, EventStreamResponseHandler.class)
                            : MethodType.methodType(SdkResponse.class, SdkRequest.class);
            var handle = MethodHandles.publicLookup().unreflect(method).bindTo(api).asType(type);
            return new Operation(operation, api.getClass(), handle);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(operation + " is not public", e);
        }
    }

    public Optional<Operation> find(AwsOperation operation) {
        return Optional.ofNullable(operations.get(operation));
    }

    /// @throws AwsError `UnknownOperationException` when nobody serves it
    public Operation require(AwsOperation operation) {
        var found = operations.get(operation);
        if (found == null) {
            throw AwsWire.notBuilt(operation);
        }
        return found;
    }

    /// Everything served here, by service and name.
    public List<Operation> served() {
        return operations().stream().flatMap(o -> find(o).stream()).toList();
    }

    /// Everything AWS's model has for the services that are served here in part, and nobody serves;
    /// by service and name.
    public List<AwsOperation> notServed() {
        return operations().stream().filter(o -> find(o).isEmpty()).toList();
    }

    private List<AwsOperation> operations() {
        return services.stream().flatMap(service -> AwsModel.all(service).stream()).toList();
    }
}
