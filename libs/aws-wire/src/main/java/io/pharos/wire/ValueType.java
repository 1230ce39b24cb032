package io.pharos.wire;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait;

import java.util.Objects;
import java.util.function.Supplier;

/// How a value is built and read: the type of an SDK field, resolved once.
final class ValueType {
    /// What Query and XML call the items of a list and of a map when the model says nothing else.
    static final String MEMBER = "member";

    static final String ENTRY = "entry";

    private final MarshallingKnownType kind;
    private final @Nullable Supplier<SdkPojo> constructor;
    private final @Nullable ValueType element;
    private final TimestampFormatTrait.@Nullable Format timestampFormat;
    private final String itemName;
    private final String keyName;
    private final String valueName;
    private final boolean flattened;

    private ValueType(SdkField<?> field) {
        this.kind = Objects.requireNonNull(field.marshallingType().getKnownType());
        this.constructor = field.constructor();
        var format = field.getTrait(TimestampFormatTrait.class);
        this.timestampFormat = format == null ? null : format.format();
        var list = field.getTrait(ListTrait.class);
        var map = field.getTrait(MapTrait.class);
        this.itemName =
                list != null && list.memberLocationName() != null
                        ? list.memberLocationName()
                        : MEMBER;
        this.keyName = map == null ? "key" : map.keyLocationName();
        this.valueName = map == null ? "value" : map.valueLocationName();
        this.flattened = list != null ? list.isFlattened() : map != null && map.isFlattened();
        if (list != null) {
            this.element = of(list.memberFieldInfo());
        } else {
            this.element = map == null ? null : of(map.valueFieldInfo());
        }
    }

    static ValueType of(SdkField<?> field) {
        return new ValueType(field);
    }

    MarshallingKnownType kind() {
        return kind;
    }

    /// An empty builder of this structure.
    SdkPojo newStructure() {
        return Objects.requireNonNull(constructor, "not a structure").get();
    }

    /// The type of a list's items or of a map's values.
    ValueType element() {
        return Objects.requireNonNull(element, "neither list nor map");
    }

    /// The format the model asks for; null means the protocol's own.
    TimestampFormatTrait.@Nullable Format timestampFormat() {
        return timestampFormat;
    }

    String itemName() {
        return itemName;
    }

    String keyName() {
        return keyName;
    }

    String valueName() {
        return valueName;
    }

    boolean isFlattened() {
        return flattened;
    }
}
