package io.pharos.wire;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.LocationTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.Buildable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// A shape of a REST service, made as the SDK makes them: its members live everywhere.
final class Widget implements SdkPojo, Buildable {
    static final SdkField<String> TEXT_ITEM =
            SdkField.<String>builder(MarshallingType.STRING)
                    .traits(at(MarshallLocation.PAYLOAD, "member"))
                    .build();

    private static final List<SdkField<?>> FIELDS =
            List.of(
                    field(
                            MarshallingType.STRING,
                            MarshallLocation.PATH,
                            "Name",
                            w -> w.name,
                            (w, v) -> w.name = v),
                    field(
                            MarshallingType.INTEGER,
                            MarshallLocation.QUERY_PARAM,
                            "limit",
                            w -> w.limit,
                            (w, v) -> w.limit = v),
                    SdkField.<List<?>>builder(MarshallingType.LIST)
                            .memberName("tags")
                            .getter(w -> ((Widget) w).tags)
                            .setter((w, v) -> ((Widget) w).tags = v)
                            .traits(
                                    at(MarshallLocation.QUERY_PARAM, "tag"),
                                    ListTrait.builder().memberFieldInfo(TEXT_ITEM).build())
                            .build(),
                    field(
                            MarshallingType.INSTANT,
                            MarshallLocation.HEADER,
                            "X-Since",
                            w -> w.since,
                            (w, v) -> w.since = v),
                    SdkField.<Map<String, ?>>builder(MarshallingType.MAP)
                            .memberName("meta")
                            .getter(w -> ((Widget) w).meta)
                            .setter((w, v) -> ((Widget) w).meta = v)
                            .traits(
                                    at(MarshallLocation.HEADER, "x-meta-"),
                                    MapTrait.builder()
                                            .keyLocationName("key")
                                            .valueLocationName("value")
                                            .valueFieldInfo(TEXT_ITEM)
                                            .build())
                            .build(),
                    field(
                            MarshallingType.DOCUMENT,
                            MarshallLocation.PAYLOAD,
                            "Settings",
                            w -> w.settings,
                            (w, v) -> w.settings = v),
                    field(
                            MarshallingType.INTEGER,
                            MarshallLocation.STATUS_CODE,
                            "Status",
                            w -> w.status,
                            (w, v) -> w.status = v));

    @Nullable String name;
    @Nullable Integer limit;
    @Nullable List<?> tags;
    @Nullable Instant since;
    @Nullable Map<String, ?> meta;
    @Nullable Document settings;
    @Nullable Integer status;

    private static LocationTrait at(MarshallLocation location, String name) {
        return LocationTrait.builder().location(location).locationName(name).build();
    }

    private static <T> SdkField<T> field(
            MarshallingType<T> type,
            MarshallLocation location,
            String name,
            Function<Widget, @Nullable T> getter,
            BiConsumer<Widget, T> setter) {
        return SdkField.<T>builder(type)
                .memberName(name)
                .getter(w -> getter.apply((Widget) w))
                .setter((w, v) -> setter.accept((Widget) w, v))
                .traits(at(location, name))
                .build();
    }

    @Override
    public List<SdkField<?>> sdkFields() {
        return FIELDS;
    }

    @Override
    public Object build() {
        return this;
    }
}
