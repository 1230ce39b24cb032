package io.pharos.logs.pattern;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;

/// AWS's texts for patterns that are none.
final class PatternFault {
    private PatternFault() {}

    static InvalidParameterException invalid() {
        return of("Invalid filter pattern");
    }

    static InvalidParameterException term(String term) {
        return of("Invalid character(s) in term '" + term + "'");
    }

    static InvalidParameterException of(String message) {
        return InvalidParameterException.builder().message(message).build();
    }
}
