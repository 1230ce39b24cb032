package io.pharos.logs.contributor;

import java.util.List;

/// Which log groups a rule is about: names, of which a trailing `*` stands for any rest.
public record LogGroupMatch(List<String> names) {
    public LogGroupMatch {
        names = List.copyOf(names);
    }

    public boolean matches(String logGroup) {
        for (var name : names) {
            var found =
                    name.endsWith("*")
                            ? logGroup.startsWith(name.substring(0, name.length() - 1))
                            : logGroup.equals(name);
            if (found) {
                return true;
            }
        }
        return false;
    }
}
