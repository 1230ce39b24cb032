package io.pharos.events.bus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.wire.AwsError;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Tags of a resource, sorted by key.
public record Tags(SequencedMap<String, String> values) {
    public static final int MAX = 50;
    public static final Tags NONE = new Tags(new TreeMap<>());

    private static final Pattern TEXT = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");
    private static final ObjectMapper JSON = new ObjectMapper();

    public Tags {
        values = Collections.unmodifiableSequencedMap(new TreeMap<>(values));
    }

    /// These with more, which win over equal keys.
    ///
    /// @throws AwsError ValidationException for keys and values AWS refuses, LimitExceededException
    public Tags with(Map<String, String> more) {
        var all = new TreeMap<>(values);
        more.forEach((key, value) -> {
            if (key.isEmpty()
                    || key.length() > 128
                    || value.length() > 256
                    || key.startsWith("aws:")
                    || !TEXT.matcher(key).matches()
                    || !TEXT.matcher(value).matches()) {
                throw AwsError.validation("Tag '" + key + "' is not valid.");
            }
            all.put(key, value);
        });
        if (all.size() > MAX) {
            throw new AwsError(
                    "LimitExceededException",
                    400,
                    "The requested resource exceeds the maximum number allowed.");
        }
        return new Tags(all);
    }

    public Tags without(List<String> keys) {
        var rest = new TreeMap<>(values);
        keys.forEach(rest::remove);
        return new Tags(rest);
    }

    public String json() {
        var object = JSON.createObjectNode();
        values.forEach(object::put);
        return object.toString();
    }

    public static Tags parse(String json) {
        try {
            var tags = new TreeMap<String, String>();
            for (var tag : JSON.readTree(json).properties()) {
                tags.put(tag.getKey(), tag.getValue().textValue());
            }
            return new Tags(tags);
        } catch (JsonProcessingException notOurs) {
            throw new IllegalStateException(notOurs);
        }
    }
}
