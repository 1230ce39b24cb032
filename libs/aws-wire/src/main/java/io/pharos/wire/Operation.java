package io.pharos.wire;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.awscore.eventstream.EventStreamResponseHandler;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.async.SdkPublisher;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

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

    /// Starts an operation that streams, on this thread. Whatever the API class throws before its first
    /// event, comes out unchanged. It gives its handler the events before it returns.
    ///
    /// @return what it goes on to publish
    public EventStream stream(SdkRequest request) {
        var type = model.clientMethod().getParameterTypes()[1];
        var heard = new Heard();
        var handler =
                (EventStreamResponseHandler<?, ?>)
                        Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, heard);
        try {
            method.invokeExact(request, handler);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable checked) {
            throw new IllegalStateException(model + " threw a checked exception", checked);
        }
        if (heard.events == null) {
            throw new IllegalStateException(model + " gave no events");
        }
        return new EventStream(heard.events);
    }

    /// The handler that an API class answers to, of whatever operation.
    private static final class Heard implements InvocationHandler {
        private @Nullable SdkPublisher<?> events;

        @Override
        public @Nullable Object invoke(Object proxy, Method called, Object[] arguments) {
            if (called.getName().equals("onEventStream")) {
                events = (SdkPublisher<?>) arguments[0];
            }
            return null;
        }
    }

    @Override
    public String toString() {
        return model + " by " + api.getSimpleName();
    }
}
