package io.pharos.wire;

import com.fasterxml.jackson.core.io.SerializedString;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.traits.DefaultValueTrait;
import software.amazon.awssdk.core.traits.PayloadTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.utils.builder.Buildable;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// The members of an SDK shape as the codecs need them. One per class of the SDK, made on first use
/// and kept for ever: the SDK's classes are their bound.
final class Shape {
    private static final ConcurrentMap<Class<?>, Shape> KNOWN = new ConcurrentHashMap<>();

    private final List<Member> members;
    private final Map<String, Member> byName;
    private final boolean union;
    private final @Nullable Member payload;

    private Shape(SdkPojo pojo) {
        this.members = pojo.sdkFields().stream().map(Member::new).toList();
        this.byName = HashMap.newHashMap(members.size());
        members.forEach(member -> byName.put(member.name(), member));
        this.union = isUnion(pojo.getClass());
        this.payload =
                members.stream()
                        .filter(m -> m.field.containsTrait(PayloadTrait.class))
                        .findFirst()
                        .orElse(null);
    }

    /// The shape of a structure or of its builder.
    static Shape of(SdkPojo pojo) {
        var known = KNOWN.get(pojo.getClass());
        return known != null ? known : KNOWN.computeIfAbsent(pojo.getClass(), _ -> new Shape(pojo));
    }

    /// The built structure of a builder.
    static SdkPojo build(SdkPojo builder) {
        return (SdkPojo) ((Buildable) builder).build();
    }

    List<Member> members() {
        return members;
    }

    /// The member of this wire name; null when the model has none.
    @Nullable Member member(String name) {
        return byName.get(name);
    }

    /// Whether at most one member may be set.
    boolean isUnion() {
        return union;
    }

    /// The member that is the whole body in REST protocols.
    @Nullable Member payload() {
        return payload;
    }

    /// The SDK marks unions by a `type()` that answers a nested `Type`.
    private static boolean isUnion(Class<?> type) {
        var shape = type.getDeclaringClass() == null ? type : type.getDeclaringClass();
        return Arrays.stream(shape.getDeclaredClasses())
                .anyMatch(c -> c.isEnum() && c.getSimpleName().equals("Type"));
    }

    /// One member: its names, its type, and access to its value.
    static final class Member {
        private final SdkField<?> field;
        private final ValueType type;
        private final SerializedString name;
        private final SerializedString lowerCamelName;

        private Member(SdkField<?> field) {
            this.field = field;
            this.type = ValueType.of(field);
            var wireName = field.locationName();
            this.name = new SerializedString(wireName);
            this.lowerCamelName =
                    new SerializedString(
                            Character.toLowerCase(wireName.charAt(0)) + wireName.substring(1));
        }

        String name() {
            return name.getValue();
        }

        SerializedString serializedName() {
            return name;
        }

        SerializedString lowerCamelName() {
            return lowerCamelName;
        }

        ValueType type() {
            return type;
        }

        MarshallLocation location() {
            return field.location();
        }

        void set(SdkPojo builder, Object value) {
            field.set(builder, value);
        }

        /// The value; null when it is not set. Lists and maps that nobody set are not set.
        @Nullable Object get(SdkPojo shape) {
            var value = field.getValueOrDefault(shape);
            return value instanceof SdkAutoConstructList || value instanceof SdkAutoConstructMap
                    ? null
                    : value;
        }

        /// Whether the SDK invents a value when none was set (idempotency tokens).
        boolean isInventedWhenUnset() {
            return field.containsTrait(DefaultValueTrait.class);
        }
    }
}
