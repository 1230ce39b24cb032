package io.pharos.alarms.api;

import io.pharos.wire.Caller;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Supplier;

/// API classes as one client of their service: a call goes to the class that serves it, as a caller.
public final class OneClient {
    private OneClient() {}

    /// @param type the SDK's client interface
    /// @param caller of each call
    public static <T> T of(Class<T> type, List<? extends T> apis, Supplier<Caller> caller) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> {
                            for (var api : apis) {
                                var own =
                                        api.getClass()
                                                .getMethod(
                                                        method.getName(),
                                                        method.getParameterTypes());
                                if (own.getDeclaringClass() == api.getClass()) {
                                    return ScopedValue.where(Caller.SCOPE, caller.get())
                                            .call(() -> {
                                                try {
                                                    own.setAccessible(true);
                                                    return own.invoke(api, arguments);
                                                } catch (InvocationTargetException thrown) {
                                                    throw thrown.getCause();
                                                }
                                            });
                                }
                            }
                            // The forms with a consumer, and paginators.
                            return InvocationHandler.invokeDefault(proxy, method, arguments);
                        }));
    }
}
