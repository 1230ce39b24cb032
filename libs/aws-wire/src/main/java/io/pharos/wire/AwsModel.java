package io.pharos.wire;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.awscore.eventstream.EventStreamResponseHandler;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;

/// Every operation of every service as the SDK's client interfaces have them. Read once per service,
/// when it is first asked for.
final class AwsModel {
    private static final ConcurrentMap<AwsService, Map<String, AwsOperation>> OPERATIONS =
            new ConcurrentHashMap<>();

    /// Words of operation names that the SDK's request classes spell in another way than the wire.
    private static final Map<String, String> RESPELT =
            Map.of(
                    "ClientId", "ClientID",
                    "Mfa", "MFA",
                    "OpenIdConnect", "OpenIDConnect",
                    "Saml", "SAML",
                    "Sms", "SMS",
                    "Ssh", "SSH");

    private static final Pattern RESPELT_WORD =
            Pattern.compile("(" + String.join("|", RESPELT.keySet()) + ")(?![a-z])");

    private AwsModel() {}

    /// @param name as on the wire, in AWS's spelling
    static Optional<AwsOperation> find(AwsService service, String name) {
        return Optional.ofNullable(operations(service).get(name));
    }

    /// All operations of a service, by name.
    static Collection<AwsOperation> all(AwsService service) {
        return operations(service).values();
    }

    /// The operation of a client interface's method; null for other methods.
    static @Nullable AwsOperation of(AwsService service, Method method) {
        return isOperation(method)
                ? operations(service).get(name(method.getParameterTypes()[0]))
                : null;
    }

    private static Map<String, AwsOperation> operations(AwsService service) {
        return OPERATIONS.computeIfAbsent(service, AwsModel::read);
    }

    private static Map<String, AwsOperation> read(AwsService service) {
        var operations = new TreeMap<String, AwsOperation>();
        for (var method : service.client().getMethods()) {
            if (isOperation(method)) {
                var operation = synchronous(service, method);
                operations.put(operation.name(), operation);
            }
        }
        service.streaming()
                .forEach(request -> {
                    var operation = streaming(service, request);
                    operations.put(operation.name(), operation);
                });
        return operations;
    }

    private static boolean isOperation(Method method) {
        return method.getParameterCount() == 1
                && SdkRequest.class.isAssignableFrom(method.getParameterTypes()[0])
                && SdkResponse.class.isAssignableFrom(method.getReturnType());
    }

    private static AwsOperation synchronous(AwsService service, Method method) {
        var request = method.getParameterTypes()[0].asSubclass(SdkRequest.class);
        var response = method.getReturnType().asSubclass(SdkResponse.class);
        return new AwsOperation(service, name(request), request, response, method, false);
    }

    private static AwsOperation streaming(AwsService service, Class<? extends SdkRequest> request) {
        try {
            var response =
                    Class.forName(request.getName().replaceAll("Request$", "Response"))
                            .asSubclass(SdkResponse.class);
            var method =
                    Arrays.stream(service.streamingClient().getMethods())
                            .filter(m -> isStreamOf(m, request))
                            .findFirst()
                            .orElseThrow();
            return new AwsOperation(service, name(request), request, response, method, true);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(request + " has no response in the SDK", e);
        }
    }

    private static boolean isStreamOf(Method method, Class<? extends SdkRequest> request) {
        return method.getParameterCount() == 2
                && method.getParameterTypes()[0] == request
                && EventStreamResponseHandler.class.isAssignableFrom(method.getParameterTypes()[1]);
    }

    private static String name(Class<?> request) {
        var spelt = request.getSimpleName().replaceAll("Request$", "");
        return RESPELT_WORD
                .matcher(spelt)
                .replaceAll(w -> RESPELT.getOrDefault(w.group(), w.group()));
    }
}
